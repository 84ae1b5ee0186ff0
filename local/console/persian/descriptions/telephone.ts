/** Persian of what is said of the test telephone. */
export const TELEPHONE: Readonly<Record<string, string>> = {
  'For test credentials alone, and of their own account: what arrived by the sandbox carrier and what the person said there, newest first. It holds the last 200 items, each for 15 minutes. The codes of verifications are shown here and nowhere else.':
    'تنها برای اعتبارنامه‌های آزمایشی، و از حساب خودشان: آنچه اپراتور آزمایشی رسانده و آنچه فرد آنجا گفته است، تازه‌ترین نخست. ۲۰۰ مورد آخر را دارد، هر یک تا ۱۵ دقیقه. کدهای تأیید اینجا نشان داده می‌شود و جای دیگر نه.',
  'The telephone, to which SMS, calls and USSD come.': 'تلفنی که پیامک، تماس و کد دستوری به آن می‌رسد.',
  'With `address`: its channel.': 'همراه `address`: کانال آن.',
  'Instead of `number`: an e-mail address, an account of a messenger, a device by its id or its token.':
    'به جای `number`: نشانی رایانامه، حسابی در پیام‌رسان، یا دستگاهی با شناسه یا توکن آن.',
  'Only what came after the item with this id: of more than `limit`, those that came first.':
    'تنها آنچه پس از موردی با این شناسه آمده است: اگر بیش از `limit` باشد، آن‌ها که زودتر آمده‌اند.',
  'The credential is live.': 'اعتبارنامه از حالت واقعی است.',
  'One of `reply`, `press`, `button`, `dial`, `input` and `hangUp`. What is said takes the way of all that the sandbox carrier brings: `STOP` opts out, a reply is a `message.received` of test.':
    'یکی از `reply`، `press`، `button`، `dial`، `input` و `hangUp`. آنچه گفته شود همان راهی را می‌رود که هر چه اپراتور آزمایشی می‌آورد: `STOP` انصراف است، و پاسخ یک `message.received` در حالت آزمایشی.',
  'What then stands on the telephone, newest first: what was said, and the screen of a session':
    'آنچه پس از آن روی تلفن است، تازه‌ترین نخست: آنچه گفته شد، و صفحهٔ نشست',
  'There is nothing to answer, or no session is open.': 'چیزی نیست که به آن پاسخ دهید، یا نشستی باز نیست.',
  'Its place on the telephone: `since` takes it.': 'جای آن در تلفن؛ `since` همین را می‌گیرد.',
  '`outbound` arrived; `inbound` is what the person said.': '`outbound`: به تلفن رسیده است؛ `inbound`: مخاطب گفته است.',
  'The message that arrived, or that is answered; null: none, as in USSD.':
    'پیامی که رسید، یا به آن پاسخ داده شد؛ `null`: پیامی در کار نیست، مانند کد دستوری.',
  'The words: what an SMS or a screen says, what a call reads out (a code, the URL of a recording), keys. None of a call that was missed.':
    'متن: آنچه پیامک یا صفحه می‌گوید، آنچه تماس می‌خواند (کد، یا نشانی فایل صوتی)، یا کلیدها. تماس بی‌پاسخ متن ندارد.',
  '`delivered`, `read`, or a call that was `missed`; a USSD screen is `open` for input, or `closed`; `sent` by the person.':
    '`delivered`، `read`، یا تماس بی‌پاسخ (`missed`)؛ صفحهٔ کد دستوری `open` است اگر ورودی بگیرد، وگرنه `closed`؛ و `sent`: مخاطب فرستاده است.',
  'When it arrived, or was said.': 'زمانی که رسید یا گفته شد.',
  'Writes these words: an answer to the last message, or to `messageId`.':
    'این متن را می‌نویسد: پاسخ به آخرین پیام، یا به `messageId`.',
  'Presses keys in the last call.': 'در آخرین تماس کلیدها را می‌فشارد.',
  'Presses the button of a notification or a messenger’s message with this reply.':
    'دکمه‌ای از اعلان یا پیام پیام‌رسان را می‌فشارد که این پاسخ را دارد.',
  'Dials a USSD code of the account.': 'یکی از کدهای دستوری حساب را شماره‌گیری می‌کند.',
  'Answers the screen of the session that is open.': 'به صفحهٔ نشستی که باز است پاسخ می‌دهد.',
  'Ends that session.': 'همان نشست را پایان می‌دهد.',
  'The message that is answered; default the last.': 'پیامی که به آن پاسخ داده می‌شود؛ در نبود آن، آخرین پیام.',
  'With `reply`: writes to this sender of the account, in answer to nothing.':
    'همراه `reply`: به این فرستندهٔ حساب پیام می‌دهد، بی‌آنکه پاسخ به چیزی باشد.',
}
