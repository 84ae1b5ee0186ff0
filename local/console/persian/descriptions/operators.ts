/** Persian of what is said of connections, providers and routes, the health of the gateway, its keys and the licensee. */
export const OPERATORS: Readonly<Record<string, string>> = {
  'Whose API: a provider of the channel.': 'از چه کسی: یکی از ارائه‌دهنده‌های کانال.',
  'As the provider’s table of settings says. In a change, what is left out stays and null takes away.':
    'آن‌گونه که جدول تنظیمات ارائه‌دهنده می‌گوید. در تغییر، آنچه نیاید می‌ماند و `null` برمی‌دارد.',
  'Messages a second that the account may be given; null: no limit of ours.':
    'پیام در ثانیه که می‌توان به آن حساب داد؛ `null`: بدون سقف از سوی ما.',
  'Most submits under way at once where the provider cannot drop repeats: so many can end `unknown`.':
    'بیشترین سپردن‌های هم‌زمان، وقتی ارائه‌دهنده تکراری‌ها را کنار نمی‌گذارد: همین شمار می‌تواند `unknown` بماند.',
  'The connection.': 'اتصال.',
  'Secrets are masked.': 'رمزها پوشیده است.',
  'Parts that do not open, so that it carries nothing until they are given anew in full.':
    'بخش‌هایی که باز نمی‌شود، پس تا از نو و کامل داده نشود چیزی نمی‌برد.',
  'Where the carrier calls back; a secret in it is masked after it was shown once.':
    'نشانی‌ای که اپراتور بازخوانی‌هایش را به آن می‌فرستد؛ رمز درون آن پس از یک بار نشان دادن پوشیده است.',
  'The secret at the end of the callback URL, shown this once.':
    'رمز پایان نشانی بازخوانی، که همین یک بار نشان داده می‌شود.',
  'A page of connections, by id.': 'یک صفحه از اتصال‌ها، به ترتیب شناسه.',
  'There is no such connection.': 'چنین اتصالی نیست.',
  'In effect within 5 seconds.': 'حداکثر ۵ ثانیه بعد اثر می‌کند.',
  'Somebody else changed it at the same time, or since the `version` that is named; or its provider is not deployed.':
    'دیگری هم‌زمان آن را تغییر داده است، یا پس از نسخه‌ای که `version` نام می‌برد؛ یا ارائه‌دهنده‌اش در این استقرار نیست.',
  'The connection, with the new secret.': 'اتصال، با رمز تازه.',
  'From the drivers of this deployment. A form for a connection needs nothing else.':
    'از ارائه‌دهنده‌های این استقرار. فرم ساختن اتصال چیز دیگری نمی‌خواهد.',
  'All of them, by channel and name.': 'همهٔ آن‌ها، به ترتیب کانال و نام.',
  'A tenant’s own route is in force at once, a default one within 60 seconds.':
    'مسیر خود حساب همان دم برقرار می‌شود، مسیر پیش‌فرض حداکثر ۶۰ ثانیه بعد.',
  'A tenant; empty: every tenant that has no route of its own.': 'یک حساب؛ خالی: همهٔ حساب‌هایی که مسیر خود را ندارند.',
  'Tried in this order. A `test` route may name only simulated carriers.':
    'به همین ترتیب امتحان می‌شود. مسیر حالت `test` تنها اپراتورهای شبیه‌سازی‌شده را می‌پذیرد.',
  'The route.': 'مسیر.',
  'There is no such tenant or route.': 'چنین حساب یا مسیری نیست.',
  'The route was changed since the `version` that is named.':
    'مسیر پس از نسخه‌ای که `version` نام می‌برد تغییر کرده است.',
  'The tenant is closed, or the route was changed since the `version` that is named.':
    'حساب بسته است، یا مسیر پس از نسخه‌ای که `version` نام می‌برد تغییر کرده است.',
  'Up to 1,000 routes, default ones first.': 'تا ۱٬۰۰۰ مسیر، مسیرهای پیش‌فرض نخست.',
  'As things stand.': 'وضع کنونی.',
  'Null: the runtime does not tell.': '`null`: سکو نمی‌گوید.',
  'Those that nobody replayed.': 'آن‌ها که کسی دوباره نفرستاده است.',
  'Of all queues, unreadable ones too.': 'از همهٔ صف‌ها، ناخواندنی‌ها هم.',
  '`closed`, `half-open` or `open`; null: it did not answer.': '`closed`، `half-open` یا `open`؛ `null`: پاسخ نداد.',
  'Of the last 24 hours.': 'در ۲۴ ساعت گذشته.',
  '`failing`: the last round was not whole. `stalled`: no whole round for 15 minutes. Null: it did not answer.':
    '`failing`: دور آخر کامل نشد. `stalled`: ۱۵ دقیقه است که هیچ دوری کامل نشده است. `null`: پاسخ نداد.',
  'The end of the last whole round.': 'پایان آخرین دور کامل.',
  'Since `lastAt`, or since the connection was last changed if that is later.':
    'از `lastAt`، یا اگر دیرتر است از آخرین تغییر اتصال.',
  'Of the last round.': 'خطای دور آخر.',
  'The inbox that the gateway pulls; null: none is pulled there.':
    'صندوقی که سامانه می‌خواند؛ `null`: آنجا صندوقی خوانده نمی‌شود.',
  'Messages of the last 24 hours that got a 202 and left no trace.':
    'پیام‌هایی از ۲۴ ساعت گذشته که پاسخ ۲۰۲ گرفته‌اند و نشانی از آن‌ها نمانده است.',
  'Inbound messages to lines that no tenant has.': 'پیام‌های رسیده به خط‌هایی که از آنِ هیچ حسابی نیست.',
  'Key of the row.': 'کلید سطر.',
  'At most 100, by the keys of their rows.': 'حداکثر ۱۰۰ تا، به ترتیب کلید سطرهایشان.',
  'Records of the last 24 hours that somebody changed in a database.':
    'سابقه‌هایی از ۲۴ ساعت گذشته که کسی در پایگاه داده دستکاری کرده است.',
  'Sums of all tenants and both modes, of whom nobody is named; test messages are those of sandbox connections. Else as `GET /v1/statistics`.':
    'جمع همهٔ حساب‌ها در هر دو حالت، بی‌آنکه حسابی نام برده شود؛ پیام‌های آزمایشی آن‌هاست که از اتصال‌های آزمایشی رفته است. باقی مانند `GET /v1/statistics`.',
  '`waiting`: those that nobody replayed.': '`waiting`: آن‌ها که کسی دوباره نفرستاده است.',
  'Empty where the job names none.': 'خالی، اگر کار حسابی را نام نبرد.',
  'Messages, receipts or events in the job.': 'پیام‌ها، گزارش‌ها یا رویدادهای درون کار.',
  'How many went.': 'چند کار رفت.',
  'Safe to repeat. Messages that have ended stay as they are: nothing is ever sent twice by it.':
    'تکرارش بی‌خطر است. پیام‌هایی که پایان یافته‌اند همان می‌مانند: با آن هرگز چیزی دو بار فرستاده نمی‌شود.',
  'When it was sent again.': 'زمانی که دوباره فرستاده شد.',
  'There is no such letter.': 'چنین کار ناموفقی نیست.',
  'No queue takes it: it was no job of this gateway, or the keys that it was sealed by are not there, or it was altered.':
    'هیچ صفی آن را نمی‌گیرد: کاری از این سامانه نبوده، یا کلیدهایی که با آن مهر شده اینجا نیست، یا دستکاری شده است.',
  'The access log names you, and the tenant’s `GET /v1/disclosures` your role, before this is answered.':
    'پیش از این پاسخ، سابقهٔ دسترسی شما را نام می‌برد و `GET /v1/disclosures` حساب نقش شما را.',
  'Why you read it. It is kept with who asked and when, and the tenant reads it.':
    'چرا آن را می‌خوانید. با نام خواننده و زمان آن نگه داشته می‌شود، و حساب آن را می‌خواند.',
  'An order of a court under which the tenant must not know of it: the tenant sees it when it is lifted.':
    'حکم دادگاهی که به موجب آن حساب نباید باخبر شود: حساب وقتی آن را می‌بیند که حکم برداشته شود.',
  'Court, case and number of the order.': 'دادگاه، دعوا و شمارهٔ حکم.',
  'The job.': 'کار.',
  'The keys that it was sealed by are not there, or it was altered.':
    'کلیدهایی که با آن مهر شده اینجا نیست، یا دستکاری شده است.',
  'Why keys or secrets in the database cannot be opened; null: one of each kind opens under each key in use.':
    'چرا کلیدها یا رمزهای پایگاه داده باز نمی‌شود؛ `null`: از هر نوع، یکی با هر کلیدِ در کار باز می‌شود.',
  'The key that wraps and seals.': 'کلیدی که جفت کلیدها و رمزها با آن مهر می‌شود.',
  'How many pairs of keys and secrets need each key. One that is not here may be taken out of the secret.':
    'هر کلید را چند جفت کلید و چند رمز لازم دارند. کلیدی را که اینجا نیست می‌توان از `SEAL_KEYS` برداشت.',
  'The end of the retention: the purge of that hour erases them.':
    'پایان زمان نگهداری: پاک‌سازی همان ساعت آن‌ها را پاک می‌کند.',
  'Closed tenants whose standing keys or endpoints are there still, the first 50 by their end. Erased with their opt-outs, devices and endpoints, no copy of those rows opens any more.':
    'حساب‌های بسته‌ای که کلیدهای ماندگار یا وب‌هوک‌هایشان هنوز هست، ۵۰ تای نخست به ترتیب پایانشان. وقتی با انصراف‌ها، دستگاه‌ها و وب‌هوک‌هایشان پاک شود، هیچ رونوشتی از آن سطرها دیگر باز نمی‌شود.',
  'Call it until `left` is false (`npm run rotate-keys` does). It may be stopped anywhere and called again.':
    'تا وقتی `left` برابر `false` شود درخواست کنید (`npm run rotate-keys` همین کار را می‌کند). هر جا می‌توان آن را متوقف و دوباره درخواست کرد.',
  'What was done.': 'آنچه انجام شد.',
  'Pairs of keys that were wrapped anew.': 'جفت‌های کلیدی که از نو مهر شد.',
  'Secrets of connections, webhooks and credentials that were sealed anew.':
    'رمزهای اتصال‌ها، وب‌هوک‌ها و اعتبارنامه‌هایی که از نو مهر شد.',
  'As they are in force.': 'آن‌گونه که برقرار است.',
  'Fields that are left out stay as they are. Codes of sign-ins go out by the routes of the tenant that is named here, and passkeys are bound to the domain: two people change them.':
    'فیلدهایی که نیاید همان می‌ماند. کدهای ورود از مسیرهای حسابی می‌رود که اینجا نام برده شده، و کلیدهای عبور به دامنه بسته است: تغییر آن‌ها کاری دونفره است.',
  'True if people may make accounts by themselves. Said so, each channel without a default route of test gets one over the sandbox carrier.':
    '`true` اگر افراد بتوانند خودشان حساب بسازند. با این کار هر کانالی که مسیر پیش‌فرض آزمایشی ندارد یکی روی اپراتور آزمایشی می‌گیرد.',
  'True if an operator has to approve a tenant that was made so before it may send live.':
    '`true` اگر حسابی که چنین ساخته شده پیش از ارسال واقعی باید تأیید گرداننده را بگیرد.',
  'Tenant in whose name codes go out; null: nobody can get a code.':
    'حسابی که کدها به نام آن می‌رود؛ `null`: کسی کد نمی‌گیرد.',
  'Mode in which they go out.': 'حالتی که کدها در آن می‌رود.',
  'Null: the host of `BASE_URL`, on this machine `localhost`.':
    '`null`: میزبان `BASE_URL`، و روی همین دستگاه `localhost`.',
  'Empty: the origin of `BASE_URL` alone, on this machine also by the name `localhost`.':
    'خالی: تنها مبدأ `BASE_URL`، و روی همین دستگاه با نام `localhost` هم.',
  'What is left out stays, null takes away. A licence number is in force within 65 seconds.':
    'آنچه نیاید می‌ماند و `null` برمی‌دارد. شمارهٔ پروانه حداکثر ۶۵ ثانیه بعد برقرار می‌شود.',
  'Number of the licence. Without it the pack `ir` refuses bulk in live.':
    'شمارهٔ پروانه. بدون آن مجموعه‌قواعد `ir` ارسال انبوه در حالت واقعی را نمی‌پذیرد.',
  'Union or authority that gave it.': 'اتحادیه یا مرجعی که آن را داده است.',
  'Name of the legal or natural person.': 'نام شخص حقوقی یا حقیقی.',
  'National or registration id.': 'شناسهٔ ملی یا شمارهٔ ثبت.',
  'Postal address.': 'نشانی پستی.',
  'Landline number (E.164).': 'تلفن ثابت (`E.164`).',
  'Terms of use: a text, or an https address alone.': 'شرایط استفاده: متن، یا تنها یک نشانی `https`.',
  'Privacy: a text, or an https address alone.': 'حریم خصوصی: متن، یا تنها یک نشانی `https`.',
  'Tariffs: a text, or an https address alone.': 'تعرفه‌ها: متن، یا تنها یک نشانی `https`.',
  'Where and how to complain.': 'کجا و چگونه می‌توان شکایت کرد.',
  'Notice of the number 195.': 'آگاهی‌رسانی سامانهٔ ۱۹۵.',
  'Somebody else changed them since the `version` that is named.':
    'دیگری پس از نسخه‌ای که `version` نام می‌برد آن‌ها را تغییر داده است.',
  'As `provider` of a connection.': 'همان که در `provider` اتصال می‌آید.',
  'As in `settings` of a connection.': 'همان که در `settings` اتصال می‌آید.',
  'A `secret` is sealed and masked in every answer; a `url` is an absolute http(s) URL without query.':
    '`secret` مهرشده و در همهٔ پاسخ‌ها پوشیده است؛ `url` نشانی کامل `http` یا `https` و بدون پارامتر است.',
  'Counts where none is given; null: none.': 'اگر مقداری داده نشود این به کار می‌رود؛ `null`: ندارد.',
  'Regular expression (flag `u`) that the whole value matches; null: any.':
    'عبارت باقاعده (با نشان `u`) که سراسر مقدار باید با آن جور باشد؛ `null`: هر مقداری.',
  'In the order in which a form asks for them.': 'به ترتیبی که فرم آن‌ها را می‌پرسد.',
  'What it can do, whatever its settings.': 'آنچه می‌تواند، با هر تنظیمی.',
  'Languages that it reads texts out in (BCP 47); `*`: every one.':
    'زبان‌هایی که متن را به آن‌ها می‌خواند (`BCP 47`)؛ `*`: هر زبانی.',
  'Networks that recipients are on, where the channel has several.':
    'شبکه‌هایی که گیرنده‌هایش در آن‌ها هستند، اگر کانال چند شبکه دارد.',
  'Most messages of one call.': 'حداکثر پیام‌های یک درخواست.',
  'So long it drops a repeated attempt; null: never, and an unclear answer is `unknown`.':
    'تا این مدت تلاش تکراری را کنار می‌گذارد؛ `null`: هرگز، و پاسخ ناروشن `unknown` است.',
  'Country of a carrier that writes numbers as they are dialled there.':
    'کشور اپراتوری که شماره‌ها را به شکل داخلی می‌نویسد.',
  'It reaches no person. A route of test may name no other kind.':
    'به هیچ‌کس نمی‌رسد. مسیر حالت آزمایشی تنها چنین ارائه‌دهنده‌هایی را می‌پذیرد.',
  'By what a callback is believed.': 'بازخوانی با چه چیزی باور می‌شود.',
  'Where the carrier calls, with `{connectionId}` and, if it does not sign, `{secret}`.':
    'نشانی‌ای که اپراتور به آن درخواست می‌فرستد، با `{connectionId}` و اگر امضا نکند `{secret}`.',
  'For the account at the provider; the whole URL is shown when a connection is made.':
    'برای ثبت در حساب نزد ارائه‌دهنده؛ نشانی کامل هنگام ساختن اتصال نشان داده می‌شود.',
}
