/** Persian of what is said of an account that asks for its own limits, rules and senders. */
export const OWN_ACCOUNT: Readonly<Record<string, string>> = {
  '`pending`: everything in test, nothing in live, until an operator has approved it.':
    '`pending`: تا گرداننده تأیید نکرده، حالت آزمایشی همه‌چیز دارد و حالت واقعی هیچ.',
  'The mode of the token.': 'حالت توکن.',
  'Person (`per_…`) or credential (`cli_…`).': 'فرد (`per_…`) یا اعتبارنامه (`cli_…`).',
  'Of a person; null: a program calls.': 'نقش فرد؛ `null`: درخواست از یک برنامه است.',
  'What this token may do.': 'آنچه این توکن اجازه دارد.',
  'Who asks.': 'درخواست‌کننده.',
  'The operator of the gateway has said his licence number.': 'گرداننده شمارهٔ پروانهٔ خود را اعلام کرده است.',
  'IANA zone of days and months.': 'منطقهٔ زمانی روزها و ماه‌ها، با نام `IANA`.',
  'Whose national forms of numbers are read; null: none.':
    'کشوری که شماره‌ها به شکل داخلی آن خوانده می‌شود؛ `null`: هیچ کشوری.',
  'Of messages that name none.': 'کاربرد پیام‌هایی که خودشان آن را نام نمی‌برند.',
  'Null: the operator vouches for the account.': '`null`: گرداننده خودش ضامن حساب است.',
  'What the level permits in live; null: all. Test is free.':
    'آنچه سطح هویت در حالت واقعی اجازه می‌دهد؛ `null`: همه‌چیز. حالت آزمایشی آزاد است.',
  'A second, which refill the burst.': 'در هر ثانیه؛ با همین آهنگ `burst` دوباره پر می‌شود.',
  'Most at once.': 'بیشترین شمار یکجا.',
  'Left for whoever asks next.': 'آنچه برای درخواست بعدی مانده است.',
  'Held by servers of the gateway that may spend them within seconds, or give them back.':
    'آنچه اکنون در دست سرورهای سامانه است: ظرف چند ثانیه مصرف می‌کنند یا برمی‌گردانند.',
  'Null: no cap. The account’s own, or what its identity level permits if that is less.':
    '`null`: سقفی نیست. سقف خود حساب، یا آنچه سطح هویتش اجازه می‌دهد اگر کمتر باشد.',
  'Counted against it in this window, `leased` among them: both modes together, live alone where it is the level’s.':
    'آنچه در این بازه از سقف کم شده است، با `leased`: هر دو حالت روی هم، و جایی که سقف از سطح هویت است تنها حالت واقعی.',
  'Of `used`: held by servers for messages to come, and given back if they are not sent.':
    'بخشی از `used` که در دست سرورها برای پیام‌های بعدی است و اگر فرستاده نشود برمی‌گردد.',
  'Begin of the window, by the account’s time zone.': 'آغاز بازه، در منطقهٔ زمانی حساب.',
  'Calls of the API.': 'درخواست‌ها به سامانه.',
  'Both modes together. A read takes a call, and no message.':
    'هر دو حالت با هم. خواندن از سهم درخواست‌ها کم می‌کند، نه از پیام‌ها.',
  'Null: it is not counted.': '`null`: شمرده نمی‌شود.',
  'What the account may keep, and keeps. Credentials that were just made count after a few seconds.':
    'آنچه حساب می‌تواند داشته باشد و دارد. اعتبارنامهٔ تازه پس از چند ثانیه شمرده می‌شود.',
  'Nothing that was said or sent is deleted earlier, and all of it within a day after.':
    'آنچه گفته یا فرستاده شده زودتر از این پاک نمی‌شود، و پس از آن ظرف یک روز همه پاک می‌شود.',
  'Hours of the market, `HH:MM`. Nothing is held back or refused for its hour.':
    'ساعت‌های ارسال در این بازار، به شکل `HH:MM`. هیچ پیامی به خاطر ساعتش نگه داشته یا رد نمی‌شود.',
  'Recipients of one call from which a text without a purpose is `informational`; null: never.':
    'تعداد گیرندگان یک درخواست که از آن به بالا، متنِ بدون کاربرد `informational` به شمار می‌آید؛ `null`: هرگز.',
  'What lines of each class may carry; what is not here is refused.':
    'آنچه خط‌های هر رده می‌توانند ببرند؛ آنچه اینجا نیست پذیرفته نمی‌شود.',
  'Whole messages that opt out, the account’s own among them.':
    'متن‌هایی که اگر سراسر پیام باشند انصراف به شمار می‌آیند، با واژه‌های خود حساب.',
  'Refused in live (`licence-missing`) while the operator of the gateway has no licence number.':
    'کاربردهایی که تا گرداننده شمارهٔ پروانه ندارد، در حالت واقعی رد می‌شود (`licence-missing`).',
  'Recipients of one call from which it is refused as bulk, whatever its purpose, under the same condition.':
    'تعداد گیرندگان یک درخواست که از آن به بالا، در همان شرایط، با هر کاربردی ارسال انبوه شمرده و رد می‌شود.',
  'The bulk rules of the market.': 'قواعد ارسال انبوه در این بازار.',
  'As `from` of a message names it.': 'همان که در `from` پیام می‌آید.',
  'With the purpose it decides what may be sent.': 'همراه کاربرد پیام تصمیم می‌گیرد چه می‌توان فرستاد.',
  'It is the sender of messages that name none.': 'فرستندهٔ پیام‌هایی است که فرستنده‌ای نام نمی‌برند.',
  'The credential’s. Senders are shared by both modes; what carries them is not.':
    'حالت اعتبارنامهٔ شما. فرستنده‌ها در هر دو حالت یکی است، اما اتصال‌هایی که آن‌ها را می‌برد نه.',
  '`inactive`: nothing carries it now in this mode; ask the operator.':
    '`inactive`: اکنون در این حالت اتصالی آن را نمی‌برد؛ از گرداننده بپرسید.',
  'The credential’s; the other mode is counted apart.': 'حالت اعتبارنامهٔ شما؛ حالت دیگر جدا شمرده می‌شود.',
}
