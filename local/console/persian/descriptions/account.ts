/** Persian of what is said of tokens of programs, the account and its opt-outs. */
export const ACCOUNT: Readonly<Record<string, string>> = {
  'OAuth 2.0 client credentials (RFC 6749 4.4), form-encoded: `grant_type=client_credentials`, optionally `scope`. The client id and secret come by HTTP Basic, or as `client_id` and `client_secret` in the body. 400 and 401 are answered as RFC 6749 5.2 says (`TokenError`), every other error as a problem.':
    'اعتبارنامهٔ برنامه در `OAuth 2.0` (`RFC 6749`، بند ۴.۴)، به شکل فرم: `grant_type=client_credentials` و در صورت نیاز `scope`. شناسه و رمز برنامه با `HTTP Basic` می‌آید، یا در بدنه با `client_id` و `client_secret`. پاسخ‌های ۴۰۰ و ۴۰۱ آن‌گونه است که بند ۵.۲ همان سند می‌گوید (`TokenError`)؛ هر خطای دیگر مانند جاهای دیگر است.',
  'Scopes separated by spaces; absent: all that the credential has.':
    'اجازه‌ها، با فاصله میانشان؛ اگر نیاید: همهٔ اجازه‌های اعتبارنامه.',
  'Unless sent by HTTP Basic.': 'مگر آنکه با `HTTP Basic` بیاید.',
  'A token for an hour.': 'توکنی برای یک ساعت.',
  'The request is malformed, asks for what the credential does not have, or the account is suspended (`unauthorized_client`).':
    'درخواست درست نیست، چیزی می‌خواهد که اعتبارنامه ندارد، یا حساب معلق است (`unauthorized_client`).',
  'The client could not be authenticated.': 'هویت برنامه احراز نشد.',
  'A JSON Web Key Set (RFC 7517).': 'مجموعه‌ای از کلیدها (`RFC 7517`).',
  'Authorization server metadata (RFC 8414).': 'مشخصات سرور توکن‌ها (`RFC 8414`).',
  'What it is, what it may do and what is used of its limits now. What servers hold for messages to come counts as used until they give it back, a few seconds later.':
    'حساب چیست، چه اجازه‌ای دارد و اکنون چه اندازه از سقف‌هایش مصرف شده است. آنچه سرورها برای پیام‌های آینده کنار گذاشته‌اند مصرف‌شده به شمار می‌آید، تا چند ثانیه بعد که آن را برگردانند.',
  'The account.': 'حساب.',
  'Only of this channel.': 'تنها از این کانال.',
  'All of them': 'همهٔ آن‌ها',
  'Every message counts in the hour of its acceptance, as it stands: a late report corrects the hour of its message. Counted a minute or two after acceptance, and kept for 400 days, longer than the messages. By hour 31 days can be asked for at once, else 400.':
    'هر پیام، با وضعیت کنونی‌اش، در ساعتِ پذیرفته شدنش شمرده می‌شود: گزارشی که دیر برسد ساعت همان پیام را اصلاح می‌کند. شمارش یکی دو دقیقه پس از پذیرفته شدن است و ۴۰۰ روز می‌ماند، بیش از خود پیام‌ها. به تفکیک ساعت هر بار تا ۳۱ روز را می‌توان خواست، وگرنه تا ۴۰۰ روز.',
  'What was accepted at or after (RFC 3339); it counts from the half hour in which this lies.':
    'آنچه در این زمان یا پس از آن پذیرفته شده (`RFC 3339`)؛ شمارش از آغاز نیم‌ساعتی است که این زمان در آن است.',
  'Up to the end of the half hour in which this lies; default: now.':
    'تا پایان نیم‌ساعتی که این زمان در آن است؛ در نبود آن تا اکنون.',
  'Time zone of hours, days and months, as `Asia/Tehran`. Its hours must begin where half hours of UTC do.':
    'منطقهٔ زمانی ساعت‌ها، روزها و ماه‌ها، مانند `Asia/Tehran`. ساعت‌های آن باید سر نیم‌ساعت‌های `UTC` آغاز شود.',
  'Calendar of months: `persian` is the Jalali one.': 'تقویم ماه‌ها: `persian` تقویم هجری خورشیدی است.',
  'What is counted apart, of several with commas between: one of `hour`, `day` and `month`, and others.':
    'آنچه جدا شمرده می‌شود، یک یا چند مورد با ویرگول میانشان: یکی از `hour`، `day` و `month`، و موردهای دیگر.',
  'Only of this direction.': 'تنها در این جهت.',
  'The counts': 'شمارها',
  'Every verification counts in the hour of its start, as it stands: a late check corrects that hour. A change is counted within a minute or two. Kept for 400 days. By hour or prefix 31 days can be asked for at once, else 400.':
    'هر تأیید، با وضعیت کنونی‌اش، در ساعتِ آغازش شمرده می‌شود: بررسی‌ای که دیر برسد همان ساعت را اصلاح می‌کند. هر تغییر یکی دو دقیقه بعد در شمار می‌آید. ۴۰۰ روز می‌ماند. به تفکیک ساعت یا پیش‌شماره هر بار تا ۳۱ روز را می‌توان خواست، وگرنه تا ۴۰۰ روز.',
  'On this channel; default: on all.': 'در این کانال؛ در نبود آن در همه.',
  'Only this person’s; without `channel` it is read as in SMS.':
    'تنها از آنِ این مخاطب؛ بدون `channel` مانند پیامک خوانده می‌شود.',
  'It was there already': 'از پیش بود',
  Added: 'افزوده شد',
  'The person’s phone number or address.': 'شماره یا نشانی مخاطب.',
  'One of the account’s senders; absent: all of them.': 'یکی از فرستنده‌های حساب؛ اگر نیاید: همهٔ آن‌ها.',
  Lifted: 'برداشته شد',
  'There is none.': 'چنین انصرافی نیست.',
  'A carrier made it, and only the person can lift it there.':
    'اپراتور آن را ثبت کرده و تنها خود فرد می‌تواند آنجا آن را بردارد.',
  'A bad one is refused by its index and never fails the rest. Beyond the quota those that find no room are refused with `quota-full`.':
    'انصراف نادرست با شمارهٔ جایش رد می‌شود و به باقی آسیبی نمی‌رساند. پس از پر شدن سقف، آن‌ها که جا نمی‌شوند با `quota-full` رد می‌شوند.',
  'What became of each.': 'هر کدام چه شد.',
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
  'Null: no cap. The account’s own, or what its identity level permits, whichever has less left.':
    '`null`: سقفی نیست. سقف خود حساب، یا آنچه سطح هویتش اجازه می‌دهد؛ هر کدام که کمتر از آن مانده باشد.',
  'Counted against it in this window, `leased` among them: both modes together, live alone where it is the level’s.':
    'آنچه در این بازه از سقف کم شده است، با `leased`: هر دو حالت روی هم، و اگر سقف از سطح هویت باشد تنها حالت واقعی.',
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
    'آنچه هر نوع خط می‌تواند ببرد؛ آنچه اینجا نیست پذیرفته نمی‌شود.',
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
