/** Persian of what is said of the test telephone. */
export const TELEPHONE: Readonly<Record<string, string>> = {
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
