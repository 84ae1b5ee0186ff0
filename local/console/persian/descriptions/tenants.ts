/** Persian of what is said of accounts as operators see them, credentials, senders and the guard. */
export const TENANTS: Readonly<Record<string, string>> = {
  'IANA zone of the daily and monthly caps; default UTC.':
    'منطقهٔ زمانی سقف‌های روزانه و ماهانه، به نام `IANA`؛ در نبود آن `UTC`.',
  'The bulk rules; default `generic`.': 'قواعد ارسال انبوه؛ در نبود آن `generic`.',
  'Whose national forms of numbers are read (`09…`, `07…`); null: the pack’s, which is `IR` for `ir`, none for `generic`.':
    'شماره‌ها به شکل داخلی کدام کشور خوانده می‌شود (`09…`، `07…`)؛ `null`: کشور مجموعه‌قواعد، که برای `ir` همان `IR` است و برای `generic` هیچ.',
  'Region of the platform near which the account’s limits and idempotency keys are kept, such as `weur`; null: near the first call. It counts for what is not kept yet, so it belongs into the creation.':
    'منطقه‌ای از سکو که سقف‌ها و کلیدهای یکتایی حساب نزدیک آن نگه داشته می‌شود، مانند `weur`؛ `null`: نزدیک نخستین درخواست. برای چیزی است که هنوز نگه داشته نشده، پس جایش هنگام ساختن حساب است.',
  'Messages a second that refill the burst.': 'پیام در ثانیه، که سقف یکجا را دوباره پر می‌کند.',
  'Most messages at once.': 'بیشترین پیام یکجا.',
  'Messages a day in the tenant’s time zone; null: no cap.': 'پیام در روزِ منطقهٔ زمانی حساب؛ `null`: بی‌سقف.',
  'Messages a month in the tenant’s time zone; null: no cap.': 'پیام در ماهِ منطقهٔ زمانی حساب؛ `null`: بی‌سقف.',
  'What is left out stays, or has its default.': 'آنچه نیاید همان می‌ماند، یا مقدار پیش‌فرض را دارد.',
  'Calls a second that refill the burst.': 'درخواست در ثانیه، که سقف یکجا را دوباره پر می‌کند.',
  'Most calls at once.': 'بیشترین درخواست یکجا.',
  'Calls of the API. What is left out stays, or has its default.':
    'درخواست‌های برنامه. آنچه نیاید همان می‌ماند، یا مقدار پیش‌فرض را دارد.',
  'Active devices and push subscriptions.': 'دستگاه‌ها و اشتراک‌های اعلانِ فعال.',
  'Opt-outs. Those of people and carriers count, and are never refused.':
    'انصراف‌ها. آن‌ها که از خود افراد و اپراتورهاست شمرده می‌شود و هرگز رد نمی‌شود.',
  'Files. Those that come with messages count, and are never refused.':
    'فایل‌ها. آن‌ها که همراه پیام‌ها می‌رسد شمرده می‌شود و هرگز رد نمی‌شود.',
  'Bytes of all files.': 'بایت‌های همهٔ فایل‌ها.',
  'Idempotency keys of the last 24 hours, in each mode: never more, and small quotas refuse early.':
    'کلیدهای یکتایی ۲۴ ساعت گذشته، در هر حالت: هرگز بیشتر نمی‌شود، و سقف‌های کوچک زودتر رد می‌کند.',
  'Webhook endpoints.': 'وب‌هوک‌ها.',
  'Senders.': 'فرستنده‌ها.',
  'Credentials that are neither revoked nor expired.': 'اعتبارنامه‌هایی که نه باطل شده‌اند و نه مهلتشان گذشته است.',
  'What is left out stays, or has its default. One below what there is takes nothing away.':
    'آنچه نیاید همان می‌ماند، یا مقدار پیش‌فرض را دارد. سقفی کمتر از آنچه هست چیزی را کم نمی‌کند.',
  '`resubmit`: a possible double is preferred to a possible loss; default `keep`.':
    '`resubmit`: احتمال دو بار رفتن بهتر از احتمال نرسیدن است؛ در نبود آن `keep`.',
  'Of messages that name none; default `transactional`.':
    'کاربرد پیام‌هایی که آن را نام نمی‌برند؛ در نبود آن `transactional`.',
  'Whole messages that opt out, such as `ARRET`.': 'پیام‌هایی که اگر همهٔ متن باشند انصراف‌اند، مانند `ARRET`.',
  'Whole messages that opt in again.': 'پیام‌هایی که اگر همهٔ متن باشند انصراف را برمی‌دارند.',
  'A list that is left out stays; one that is given replaces the one before.':
    'فهرستی که نیاید همان می‌ماند؛ فهرستی که بیاید جای پیشین را می‌گیرد.',
  'Name that the text of a code shows; null: none.': 'نامی که در متن کد می‌آید؛ `null`: ندارد.',
  'Domain of the page that asks for codes, for the last line by which browsers fill them in.':
    'دامنهٔ صفحه‌ای که کد می‌خواهد، برای سطر آخر متن که مرورگر با آن کد را پر می‌کند.',
  'Hash of the Android app that reads codes (SMS Retriever).':
    'چکیدهٔ برنامهٔ اندرویدی که کد را می‌خواند (`SMS Retriever`).',
  'Fewest digits of a code; default 6. Codes of 4 or 5 have 3 checks instead of 5.':
    'کمترین رقم‌های کد؛ در نبود آن ۶. کد ۴ یا ۵ رقمی به جای ۵ بررسی ۳ بررسی دارد.',
  'One-time codes. What is left out stays, or has its default.':
    'کدهای یک‌بارمصرف. آنچه نیاید همان می‌ماند، یا مقدار پیش‌فرض را دارد.',
  'What was proven of the account’s owner, which the pack says what it permits in live; null, the default: you vouch for the account, and it is not limited.':
    'آنچه از مالک حساب اثبات شده است؛ مجموعه‌قواعد می‌گوید در حالت واقعی چه اجازه‌ای می‌دهد. `null`، که پیش‌فرض است: حساب مورد تأیید شماست و محدود نمی‌شود.',
  '`enforce` refuses; `monitor` lets go out and says in the record what would have been refused.':
    '`enforce` جلو می‌گیرد؛ `monitor` می‌گذارد برود و ثبت می‌کند جلوی چه گرفته می‌شد.',
  'Countries that codes go to (ISO 3166-1); null: the pack’s, which are `IR` for `ir`, any for `generic`.':
    'کشورهایی که کد به آن‌ها می‌رود (`ISO 3166-1`)؛ `null`: کشورهای مجموعه‌قواعد، که برای `ir` همان `IR` است و برای `generic` همه.',
  'Beginnings of numbers, such as `+98912`, that the guard does not look at: they win over all else.':
    'آغاز شماره‌هایی، مانند `+98912`، که نگهبان به آن‌ها نگاه نمی‌کند: بر همهٔ قواعد دیگر چیره است.',
  'Units a day to numbers of the account’s region, in its time zone.':
    'واحد در روز به شماره‌های کشور حساب، در منطقهٔ زمانی آن.',
  'Units a day to each other country.': 'واحد در روز به هر کشور دیگر.',
  'Units a day to all other countries together.': 'واحد در روز به همهٔ کشورهای دیگر روی هم.',
  'Ceilings of countries of their own, beside `countryCeiling`.': 'سقف کشورهای معین، در کنار `countryCeiling`.',
  'Units of a code by the beginning of its number; the longest counts, and 1 where none fits.':
    'واحدهای هر کد به آغاز شماره‌اش؛ بلندترین آغاز به حساب می‌آید، و اگر هیچ‌کدام نخواند ۱.',
  'What is left out stays, or has its default; lists and tables are replaced as a whole.':
    'آنچه نیاید همان می‌ماند، یا مقدار پیش‌فرض را دارد؛ فهرست‌ها و جدول‌ها یکجا جایگزین می‌شود.',
  'Ledger shards: the first holds suppressions, the last takes new messages. Only ever appended to.':
    'پاره‌های دفتر: نخستین انصراف‌ها را دارد و آخرین پیام‌های تازه را می‌گیرد. تنها به پایان آن افزوده می‌شود.',
  'The tenant.': 'حساب.',
  'Grows with every change of the tenant’s policy.': 'با هر تغییر سیاست حساب بیشتر می‌شود.',
  'Calls of the API, whatever they do: a send takes one, beside its messages.':
    'درخواست‌ها، هر چه بکنند: هر ارسال، جز پیام‌هایش، یک درخواست است.',
  'What the account may keep, in both modes together; `quota-full` beyond.':
    'آنچه حساب می‌تواند نگه دارد، در هر دو حالت روی هم؛ بیش از آن `quota-full`.',
  'Words of the account’s language, beside those of the pack; `stop` wins over `start`. Letter case, accents and what stands around a word do not count.':
    'واژه‌هایی به زبان حساب، در کنار واژه‌های مجموعه‌قواعد؛ `stop` بر `start` چیره است. بزرگی و کوچکی حروف، نشانه‌های روی حروف و آنچه پیرامون واژه باشد به حساب نمی‌آید.',
  'One-time codes of `/v1/verifications`.': 'کدهای یک‌بارمصرف در `/v1/verifications`.',
  'Bounds of the codes of `/v1/verifications` that go to phone numbers.':
    'محدودیت کدهایی از `/v1/verifications` که به شماره‌ها می‌رود.',
  'For operators alone.': 'تنها برای همکاران گرداننده.',
  'What the people of the tenant read; null: only that it is suspended.':
    'آنچه اعضای حساب می‌خوانند؛ `null`: تنها اینکه معلق است.',
  'Since when.': 'از کی.',
  'Why it is suspended; null: it is not, or this was altered. Of a closed one: why it was when it was closed.':
    'چرا معلق است؛ `null`: معلق نیست، یا این دستکاری شده است. در حساب بسته: چرا هنگام بسته شدن معلق بود.',
  'A part of the name, in any case of Latin letters. A page looks at the next 1,000 tenants: where it has `nextCursor`, there may be more, however few it found.':
    'بخشی از نام، با حروف بزرگ یا کوچک لاتین. هر صفحه ۱٬۰۰۰ حساب بعدی را می‌بیند: تا وقتی `nextCursor` دارد، هر قدر هم کم یافته باشد، شاید باز هم باشد.',
  'A page of tenants, by id.': 'یک صفحه از حساب‌ها، به ترتیب شناسه.',
  'There is no such tenant.': 'چنین حسابی نیست.',
  'The tenant as it is now.': 'حساب، آن‌گونه که اکنون هست.',
  'It was closed, or changed at the same time, or since the `version` that is named.':
    'بسته شده، هم‌زمان تغییر کرده، یا پس از نسخه‌ای که `version` نام می‌برد تغییر کرده است.',
  'Of one that is suspended already it changes the words. They are in the access log as well.':
    'در حسابی که از پیش معلق است متن‌ها را تغییر می‌دهد. متن‌ها در سابقهٔ دسترسی هم هست.',
  'Why, for operators: the tenant’s people never see it.':
    'چرا، برای همکاران گرداننده: اعضای حساب هرگز آن را نمی‌بینند.',
  'What the tenant’s people read; null or absent: only that it is suspended.':
    'آنچه اعضای حساب می‌خوانند؛ `null` یا نبودن آن: تنها اینکه معلق است.',
  'Known everywhere within 5 seconds.': 'حداکثر ۵ ثانیه بعد همه‌جا شناخته می‌شود.',
  'For /oauth/token; the secret is made here.': 'برای `/oauth/token`؛ رمز اینجا ساخته می‌شود.',
  'What its tokens may do.': 'اجازه‌های توکن‌های آن.',
  'When it ends; null or absent: it does not.': 'زمان پایانش؛ `null` یا نبودن آن: پایانی ندارد.',
  'For HS256 JWTs; the key is made here.': 'برای `JWT` با `HS256`؛ کلید اینجا ساخته می‌شود.',
  'For JWTs that the tenant signs with its own private key.': 'برای `JWT`هایی که حساب با کلید خصوصی خودش امضا می‌کند.',
  'The public key alone (RFC 7517).': 'تنها کلید عمومی (`RFC 7517`).',
  'The credential.': 'اعتبارنامه.',
  'Member who made it; null: an operator.': 'عضوی که آن را ساخته است؛ `null`: گرداننده.',
  'Shown this once. For `hmac` the UTF-8 bytes of this text are the HS256 key.':
    'همین یک بار نشان داده می‌شود. برای `hmac` بایت‌های `UTF-8` همین متن، کلید `HS256` است.',
  'There is no such tenant or credential.': 'چنین حساب یا اعتبارنامه‌ای نیست.',
  'The tenant is closed, or has as many live credentials as it may.':
    'حساب بسته است، یا به بیشترین شمار اعتبارنامه‌های معتبر رسیده است.',
  'The channel.': 'کانال.',
  'A number, line, short code, alphanumeric sender, address, domain, application or service code.':
    'شماره، خط، شمارهٔ کوتاه، نام فرستنده، نشانی، دامنه، برنامه یا کد دستوری.',
  'With the purpose it decides what the line may carry.': 'همراه کاربرد تعیین می‌کند که خط چه می‌تواند ببرد.',
  'Used when a message names no sender. Absent: the first one of a channel is.':
    'وقتی پیام فرستنده‌ای نام نبرد به کار می‌رود. اگر نیاید: نخستین فرستندهٔ هر کانال چنین است.',
  'The connection that carries it; null or absent: any.': 'اتصالی که آن را می‌برد؛ `null` یا نبودن آن: هر کدام.',
  'The `version` that it was made for, null where there was none: otherwise it is a 409. Left out: whatever it is.':
    'نسخه‌ای (`version`) که تغییر برای آن است، و `null` اگر فرستنده‌ای نبود: وگرنه پاسخ ۴۰۹ است. اگر نیاید: هر نسخه‌ای که باشد.',
  'The sender.': 'فرستنده.',
  'The canonical form.': 'شکل یکتای آن.',
  'The one mode that it is of, as what an account has for test alone; null: both.':
    'تنها حالتی که فرستنده از آن است، مانند آنچه حساب تنها برای آزمایش دارد؛ `null`: هر دو.',
  'There is no such tenant or sender.': 'چنین حساب یا فرستنده‌ای نیست.',
  'Another tenant has it (a line has one tenant at a time), or the tenant is closed, or it was changed since the `version` that is named.':
    'حساب دیگری آن را دارد (هر خط هر زمان از آنِ یک حساب است)، یا حساب بسته است، یا پس از نسخه‌ای که `version` نام می‌برد تغییر کرده است.',
  'All of them.': 'همهٔ آن‌ها.',
  'It is free for another tenant.': 'برای حساب دیگری آزاد است.',
  'What the event `verification.ceiling` tells the account, of all accounts and both modes.':
    'آنچه رویداد `verification.ceiling` به حساب خبر می‌دهد، از همهٔ حساب‌ها و هر دو حالت.',
  'A page, newest first.': 'یک صفحه، تازه‌ترین نخست.',
  'As the tenant reads it in `GET /v1/verifications/guard`.':
    'آن‌گونه که حساب در `GET /v1/verifications/guard` می‌خواند.',
  'The guard of that mode.': 'نگهبان همان حالت.',
  'There is no such tenant, or it is closed.': 'چنین حسابی نیست، یا بسته است.',
}
