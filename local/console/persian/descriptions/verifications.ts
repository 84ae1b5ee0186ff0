/** Persian of what is said of verifications and their guard. */
export const VERIFICATIONS: Readonly<Record<string, string>> = {
  'Makes a code, sends it and keeps only its keyed hash. It is in no answer, list, event or log; the message that carries it shows no content.':
    'کدی می‌سازد، می‌فرستد و تنها چکیدهٔ کلیددارش را نگه می‌دارد. کد در هیچ پاسخ، فهرست، رویداد یا سابقه‌ای نیست؛ پیامی که آن را می‌برد محتوایی نشان نمی‌دهد.',
  'The code is on its way': 'کد در راه است',
  'Too many codes, or too many wrong checks, for this recipient; or the guard lets none go out now.':
    'کدها یا بررسی‌های نادرستِ این گیرنده زیاد بوده است؛ یا نگهبان فعلاً کدی نمی‌فرستد.',
  'By what was recorded of each, some seconds after it began or changed. That its recipient was blocked meanwhile, by wrong checks of another verification, is known to the single read alone: here such a one is `pending`.':
    'از آنچه از هر یک ثبت شده، چند ثانیه پس از آغاز یا تغییرش. اینکه گیرنده‌اش در این میان با بررسی‌های نادرستِ تأیید دیگری مسدود شده باشد تنها در خواندن تکی دیده می‌شود: اینجا چنین تأییدی `pending` است.',
  'Only this recipient’s; without `channel` it is read as in SMS.':
    'تنها از آنِ این گیرنده؛ بدون `channel` مانند پیامک خوانده می‌شود.',
  'The channel as whose address `to` is read.': 'کانالی که `to` نشانی آن خوانده می‌شود.',
  'What of the day’s units is used, and which prefixes are held back. The guard’s settings are the operator’s.':
    'چه اندازه از واحدهای امروز مصرف شده، و جلوی کدام پیش‌شماره‌ها گرفته شده است. تنظیمات نگهبان با گرداننده است.',
  'The guard of this mode.': 'نگهبان این حالت.',
  'As it stands this moment, with what stands in its way: where its recipient is blocked, a pending one is `blocked` with no `checksLeft`.':
    'وضع آن در همین دم، با آنچه جلوی آن است: اگر گیرنده‌اش مسدود باشد، تأییدی که منتظر بود `blocked` است و `checksLeft` ندارد.',
  'The verification': 'تأیید',
  'A right code is `approved` and used up. A wrong one leaves it `pending` with fewer `checksLeft`; the last one, and every check after the end, is a 422.':
    'کد درست آن را `approved` می‌کند و مصرف می‌شود. کد نادرست آن را `pending` با `checksLeft` کمتر می‌گذارد؛ آخرین کد نادرست، و هر بررسی پس از پایان، پاسخ ۴۲۲ می‌گیرد.',
  '`approved`, or `pending`': '`approved`، یا `pending`',
  'There is no such verification.': 'چنین تأییدی نیست.',
  'It is over: `reason` says why.': 'پایان یافته است: `reason` می‌گوید چرا.',
  'On the same channel or another of its `channels`. It is a new code; the newest 3 count, each until its own end, and share the checks.':
    'روی همان کانال یا کانال دیگری از `channels` آن. کد تازه‌ای است؛ ۳ کد تازه‌تر پذیرفته می‌شود، هر یک تا پایان خودش، و در بررسی‌ها شریک‌اند.',
  'It has had as many codes as it may.': 'به بیشترین شمار کدهایش رسیده است.',
  'Its codes count no longer. One that has ended stays as it is.':
    'کدهایش دیگر پذیرفته نمی‌شود. تأییدی که پایان یافته همان می‌ماند.',
  'As it is now': 'آن‌گونه که اکنون هست',
  'It is a day or more since its recipient had a code or a check: `reason` is `expired`.':
    'یک روز یا بیشتر است که گیرنده‌اش نه کدی داشته و نه بررسی‌ای: `reason` برابر `expired` است.',
  'For accounts that learn in another way whether the person was let in. The status stays as it is.':
    'برای حساب‌هایی که از راه دیگری می‌فهمند فرد راه یافته است یا نه. وضعیت همان که هست می‌ماند.',
  'The only channel; default `sms`.': 'تنها کانال؛ در نبود آن `sms`.',
  'Instead of `channel`: several, in the order in which they are offered. The code goes out on the first.':
    'به جای `channel`: چند کانال، به ترتیبی که پیشنهاد می‌شود. کد نخست روی اولی می‌رود.',
  'Language of the text; default `fa` where the account’s region is `IR`, else `en`.':
    'زبان متن؛ در نبود آن، اگر کشور حساب `IR` باشد `fa`، وگرنه `en`.',
  'Digits of the code; default 6. Fewer only where the operator allows it.':
    'تعداد رقم‌های کد؛ در نبود آن ۶. کمتر از آن تنها اگر گرداننده اجازه دهد.',
  'Seconds for which a code counts; default 600.': 'زمان اعتبار کد، به ثانیه؛ در نبود آن ۶۰۰.',
  'Last lines of an SMS by which browsers and Android fill the code in; default: those of the account.':
    'سطرهای پایانی پیامک که مرورگرها و اندروید کد را با آن خودکار پر می‌کنند؛ در نبود آن، آنچه برای حساب تنظیم شده است.',
  'What the code is bound to, such as your own session: a check under another one is a wrong check.':
    'آنچه کد به آن بسته است، مانند نشست خودتان: بررسی با مقداری دیگر، بررسی نادرست به شمار می‌آید.',
  'Address of the person who asks for the code.': 'نشانی اینترنتی کسی که کد را خواسته است.',
  'The recipient in canonical form: the one, and the only one, that a right code proves.':
    'گیرنده، به شکل یکتا: تنها نشانی یا شماره‌ای که کد درست اثبات می‌کند.',
  'The channel of the last code.': 'کانال آخرین کد.',
  'The end of the last code.': 'پایان اعتبار آخرین کد.',
  'The channel to offer next; null: there is none. One may be asked for at once if the last code did not go out.':
    'کانالی که پس از این پیشنهاد شود؛ `null`: کانالی نمانده است. اگر آخرین کد بیرون نرفته باشد، آن را همان دم می‌توان خواست.',
  '`carrier`: the last code goes out in the words of a template that the carrier has.':
    '`carrier`: متن آخرین کد از الگویی است که نزد اپراتور ثبت شده است.',
  'From then a further code may be asked for; null: none may.':
    'از این زمان می‌توان کد دیگری خواست؛ `null`: دیگر نمی‌توان.',
  'The messages that carried its codes. Their content is not kept.':
    'پیام‌هایی که کدهایش را بردند. محتوایشان نگه داشته نمی‌شود.',
  'What the guard had against its first code.': 'ایرادی که نگهبان به نخستین کد آن داشت.',
  'False: the account’s guard is `monitor`, and the code went out all the same.':
    '`false`: نگهبان حساب در حالت `monitor` است و کد با این همه رفت.',
  '`home`, a country (ISO 3166-1), or `abroad` for all but the home country together.':
    '`home`، یک کشور (`ISO 3166-1`)، یا `abroad` برای همهٔ کشورها جز کشور حساب، روی هم.',
  'Units of this day in the account’s time zone, with those that are handed out.':
    'واحدهای امروز، در منطقهٔ زمانی حساب، با آنچه به سرورهای سامانه داده شده است.',
  'Ceilings that were used today, and that of the home country.': 'سقف‌هایی که امروز از آن‌ها مصرف شده، و سقف کشور حساب.',
  'Beginning of numbers.': 'آغاز شماره‌ها.',
  '`throttled`: who is not known for used codes waits longer each time; `blocked`: gets none.':
    '`throttled`: آن‌ها که به کدِ به‌کاررفته شناخته نیستند هر بار بیشتر صبر می‌کنند؛ `blocked`: کدی نمی‌گیرند.',
  'Codes of which it is known what came of them; what is old counts less.':
    'کدهایی که سرنوشتشان معلوم است؛ کدهای قدیمی کمتر به حساب می‌آید.',
  'Those of them that were used.': 'از میان آن‌ها، کدهایی که به کار رفت.',
  'Prefixes that are held back because their codes are rarely used, at most 200.':
    'پیش‌شماره‌هایی که چون کدهایشان کم به کار می‌رود جلویشان گرفته شده است، حداکثر ۲۰۰ مورد.',
  'As the person typed it; Persian and Arabic digits are read, spaces are not counted.':
    'همان‌گونه که فرد نوشته است؛ رقم‌های فارسی و عربی خوانده می‌شود و فاصله‌ها به حساب نمی‌آید.',
  'Default: that of the last code; `nextChannel`, where there is one, if that code did not go out.':
    'در نبود آن کانال آخرین کد؛ اگر آن کد بیرون نرفته باشد، `nextChannel`، اگر باشد.',
  'Percents of the ceiling that were reached: 50 or 80.': 'درصدی از سقف که به آن رسیده است: ۵۰ یا ۸۰.',
  'Units of that day, when it was reached.': 'واحدهای آن روز، هنگام رسیدن به آن درصد.',
}
