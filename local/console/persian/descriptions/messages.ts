/** Persian of what is said of messages and batches, files and devices. */
export const MESSAGES: Readonly<Record<string, string>> = {
  'Send messages, hear what became of them, and receive replies. Every error is a problem document (RFC 9457) with a stable `code`; times are RFC 3339 in UTC; fields that are not known are refused.':
    'پیام بفرستید، ببینید چه شد و پاسخ‌ها را بگیرید. هر خطا سندی (`RFC 9457`) با `code` ثابت است؛ زمان‌ها `RFC 3339` به وقت `UTC` است؛ فیلدی که شناخته نباشد پذیرفته نمی‌شود.',
  'A 202 means that the message is durable: it ends in exactly one final state, whatever fails on the way.':
    'پاسخ ۲۰۲ یعنی پیام ماندگار شده است: هر چه در راه از کار بیفتد، درست به یک وضعیت پایانی می‌رسد.',
  Accepted: 'پذیرفته شد',
  'All that fits every parameter given; those that exclude each other are a 400. A recipient, a person, a reference, a batch, what sends a message again, what people wrote (`direction=inbound`) and what did not succeed (`unknown`, `failed`, `expired`, `undelivered`, `rejected`, `canceled`, `suppressed`) are found by an index. For anything else one request looks at a few hundred messages: where few of them fit, the page is short, or empty, and `lookedUntil` says how far it looked. Go on until `nextCursor` is null.':
    'هر آنچه با همهٔ پارامترهای داده‌شده بخواند؛ پارامترهایی که با هم جمع نمی‌شوند پاسخ ۴۰۰ می‌گیرند. گیرنده، مخاطب، مرجع، دسته، آنچه پیامی را دوباره می‌فرستد، آنچه مردم نوشته‌اند (`direction=inbound`) و آنچه به نتیجه نرسیده (`unknown`، `failed`، `expired`، `undelivered`، `rejected`، `canceled`، `suppressed`) با نمایه پیدا می‌شود. برای هر چیز دیگر، هر درخواست چند صد پیام را می‌بیند: اگر کمتر پیامی با آن بخواند صفحه کوتاه یا خالی است، و `lookedUntil` می‌گوید تا کجا جست‌وجو شده است. تا `nextCursor` برابر `null` شود ادامه دهید.',
  'Of this channel; default: of all. Addresses are read as the channel’s, without one as in SMS.':
    'از این کانال؛ در نبود آن از همه. نشانی‌ها به شکل همین کانال خوانده می‌شود، و بدون کانال مانند پیامک.',
  'Outbound messages to this recipient.': 'پیام‌های ارسالی به این گیرنده.',
  'Messages to and from this person, written as in `to`.':
    'پیام‌های ارسالی به این مخاطب و دریافتی از او؛ به شکلی که در `to` نوشته می‌شود.',
  'Outbound messages from this sender of the account.': 'پیام‌های ارسالی از این فرستندهٔ حساب.',
  'Messages from and to this sender of the account.': 'پیام‌های ارسالی از این فرستندهٔ حساب و دریافتی در آن.',
  'Outbound messages with this reference.': 'پیام‌های ارسالی با این مرجع.',
  'A batch id.': 'شناسهٔ دسته.',
  'Messages that send this one again.': 'پیام‌هایی که این پیام را دوباره می‌فرستند.',
  'Accepted at or after (RFC 3339); default 24 hours before `before`, or any time with `to`, `person`, `clientRef`, `batch`, `resendOf`, or a `status` of messages that did not succeed.':
    'پذیرفته‌شده در این زمان یا پس از آن (`RFC 3339`)؛ در نبود آن ۲۴ ساعت پیش از `before`، یا هر زمان اگر `to`، `person`، `clientRef`، `batch`، `resendOf` یا `status` پیام‌های به‌نتیجه‌نرسیده داده شود.',
  'Accepted before (RFC 3339); default: no end.': 'پذیرفته‌شده پیش از این زمان (`RFC 3339`)؛ در نبود آن پایانی ندارد.',
  'One of these, with commas between them.': 'یکی از این‌ها، یا چند تا با ویرگول میانشان.',
  '`nextCursor` of the page before.': '`nextCursor` صفحهٔ پیش.',
  'Items a page.': 'شمار موردهای هر صفحه.',
  'A page': 'یک صفحه',
  'No such batch, or message of `resendOf`.': 'چنین دسته‌ای، یا پیامی که `resendOf` می‌گوید، نیست.',
  'Shared content, or each its own. A bad item is rejected by index and never fails the rest. At most 16 MB, also once a gzip body is decompressed; large batches are read one at a time, so a 503 `unavailable` may ask to come again.':
    'محتوا مشترک است یا هر پیام از آنِ خود را دارد. پیام نادرست با شمارهٔ جایش رد می‌شود و به باقی آسیبی نمی‌رساند. حداکثر ۱۶ مگابایت، پس از باز شدن از حالت فشردهٔ `gzip` هم؛ دسته‌های بزرگ یکی‌یکی خوانده می‌شود، پس شاید پاسخ ۵۰۳ `unavailable` بخواهد که دوباره بیایید.',
  'Accepted, with the rejected items': 'پذیرفته شد، با فهرست آنچه رد شده است',
  'How it would travel': 'پیام چگونه خواهد رفت',
  'The message': 'پیام',
  'It is past its retention.': 'زمان نگهداری آن گذشته است.',
  '200 only if no carrier will ever be called for it; else 409 `not-cancelable`.':
    '۲۰۰ تنها اگر دیگر هرگز به اپراتوری سپرده نشود؛ وگرنه ۴۰۹ `not-cancelable`.',
  Canceled: 'لغو شد',
  'Finds a batch whose id was lost: by its `clientRef`, or by when it was accepted. It is listed, mostly within a second, once the queue has brought its first messages.':
    'دسته‌ای را پیدا می‌کند که شناسه‌اش گم شده است: با `clientRef` آن، یا با زمان پذیرفته شدنش. دسته پس از آنکه صف نخستین پیام‌هایش را بیاورد در فهرست است؛ بیشتر در کمتر از یک ثانیه.',
  'Of the batch as a whole.': 'مرجع کل دسته.',
  'Accepted at or after (RFC 3339).': 'پذیرفته‌شده در این زمان یا پس از آن (`RFC 3339`).',
  'Accepted before (RFC 3339).': 'پذیرفته‌شده پیش از این زمان (`RFC 3339`).',
  'The batch': 'دسته',
  'Safe to repeat: the answer says how things stand then. A message counts as canceled only if no carrier will ever be called for it; one that its carrier refuses afterwards, to be tried once more, is canceled too.':
    'تکرارش بی‌خطر است: پاسخ می‌گوید همان زمان وضع چیست. پیام تنها وقتی لغوشده به شمار می‌آید که دیگر هرگز به اپراتوری سپرده نشود؛ پیامی هم که اپراتورش پس از آن نپذیرد و باید دوباره تلاش شود، لغو می‌شود.',
  'How many of its messages are canceled, and how many are not': 'چند پیام آن لغو شد و چند پیام نه',
  'For this account and the mode of its token. What a channel does not have here is refused with `not-supported`, never dropped in silence.':
    'برای این حساب و حالت توکن آن. آنچه کانالی اینجا ندارد با `not-supported` رد می‌شود و هرگز بی‌خبر کنار گذاشته نمی‌شود.',
  'Every channel': 'همهٔ کانال‌ها',
  'The list comes whole.': 'فهرست یکجا می‌آید.',
  'The body is the file, at most 25 MB; its type is the Content-Type. It is kept as long as a message uses it, else for the retention time. An `Idempotency-Key` stands for type, name, length and `Content-Digest`, not for the bytes.':
    'بدنه خود فایل است، حداکثر ۲۵ مگابایت؛ نوع آن `Content-Type` است. تا وقتی پیامی آن را به کار می‌برد می‌ماند، وگرنه به اندازهٔ زمان نگهداری. `Idempotency-Key` نمایندهٔ نوع، نام، اندازه و `Content-Digest` است، نه بایت‌ها.',
  'The file’s name; default: the one in Content-Disposition.':
    'نام فایل؛ در نبود آن نامی که در `Content-Disposition` است.',
  Stored: 'نگه داشته شد',
  'The file’s type, name and size': 'نوع، نام و اندازهٔ فایل',
  Deleted: 'حذف شد',
  'A message uses it (`conflict`).': 'پیامی آن را به کار می‌برد (`conflict`).',
  'Always as an attachment; one byte range may be asked for.':
    'همیشه به صورت پیوست؛ یک بازه از بایت‌ها را هم می‌توان خواست.',
  'The bytes': 'بایت‌های فایل',
  'The range of them that was asked for': 'بازه‌ای از آن که خواسته شد',
  'It is shorter than that (`range-not-satisfiable`).': 'فایل از آن کوتاه‌تر است (`range-not-satisfiable`).',
  'It was there already; user and tags are replaced': 'از پیش بود؛ کاربر و برچسب‌ها جایگزین شد',
  Registered: 'ثبت شد',
  'Only those with this tag.': 'تنها آن‌ها که این برچسب را دارند.',
  'Only this person’s.': 'تنها دستگاه‌های این فرد.',
  'Those of a tag or user are active.': 'آن‌ها که با برچسب یا کاربر خواسته شوند فعال‌اند.',
  'The `applicationServerKey` of `pushManager.subscribe`. It is made at the first ask and never changes.':
    '`applicationServerKey` برای `pushManager.subscribe`. نخستین بار که خواسته شود ساخته می‌شود و هرگز تغییر نمی‌کند.',
  'The public key': 'کلید عمومی',
  '`dev_…`': '`dev_…`',
  'The device': 'دستگاه',
  'The device as it is now': 'دستگاه، آن‌گونه که اکنون هست',
  'It was changed since the `version` that is named, or is `altered`: give both `user` and `tags`.':
    'پس از نسخه‌ای که `version` نام می‌برد تغییر کرده است، یا `altered` است: `user` و `tags` را با هم بدهید.',
  'SMS, voice and USSD: the phone number in E.164, or as dialled within the account’s region (Persian and Arabic digits are folded). E-mail: the address. Push: a device id. Chat: `network:address`.':
    'پیامک، تماس و کد دستوری: شمارهٔ تلفن به شکل `E.164`، یا همان‌گونه که در کشور حساب شماره‌گیری می‌شود (رقم‌های فارسی و عربی هم خوانده می‌شود). رایانامه: نشانی. اعلان: شناسهٔ دستگاه. پیام‌رسان: `network:address`.',
  'One of the account’s senders: a line, a phone number, a name, an address of its domain, an app, a bot. The account’s default if absent.':
    'یکی از فرستنده‌های حساب: خط، شمارهٔ تلفن، نام، نشانی‌ای از دامنهٔ حساب، برنامه یا ربات. در نبود آن، فرستندهٔ پیش‌فرض حساب.',
  'Your own reference; messages can be looked up by it.': 'مرجعی از خودتان؛ پیام‌ها را با آن می‌توان پیدا کرد.',
  'Bulk rules depend on it. The account’s default purpose if absent.':
    'قواعد ارسال انبوه به آن بستگی دارد. در نبود آن، کاربرد پیش‌فرض حساب.',
  'RFC 3339. Not submitted after this time: the message becomes `expired`. At most 7 days ahead; default 24 hours.':
    'زمان، به شکل `RFC 3339`. پس از آن پیام به اپراتور سپرده نمی‌شود و `expired` می‌شود. حداکثر ۷ روز آینده؛ در نبود آن ۲۴ ساعت.',
  'Your own labels: at most 20, names up to 40 characters, values up to 500. Comes back in events.':
    'برچسب‌های خودتان: حداکثر ۲۰ مورد، نام‌ها تا ۴۰ و مقدارها تا ۵۰۰ نویسه. در رویدادها به شما برمی‌گردد.',
  'The message of the account, in this mode, that this one sends again.':
    'پیامی از حساب، در همین حالت، که این پیام ارسال دوبارهٔ آن است.',
  'The recipient in canonical form.': 'گیرنده، به شکل یکتا.',
  'What is billed: SMS segments.': 'آنچه حساب می‌شود: بخش‌های پیامک.',
  'Length of every part in units of the encoding.': 'طول هر بخش، به واحدهای همان کدگذاری.',
  'Instead of `messages`, on the channel `push`: every active device of the application that has this tag or user, at most 10,000, in the order of their ids.':
    'به جای `messages`، در کانال `push`: همهٔ دستگاه‌های فعال برنامه که این برچسب یا کاربر را دارند، حداکثر ۱۰٬۰۰۰ دستگاه، به ترتیب شناسه.',
  'Billed units of all accepted messages.': 'واحدهای همهٔ پیام‌های پذیرفته‌شده روی هم.',
  'JSON Pointer into the request.': '`JSON Pointer` در درخواست.',
  'Absent, like all that the message says, until it is taken up from the queue.':
    'تا وقتی پیام از صف برداشته نشده، این فیلد و هر چه از درون پیام است نمی‌آید.',
  'The content held a one-time code of a verification, and is kept nowhere.':
    'محتوا کد یک‌بارمصرف یک تأیید را داشت و در هیچ جا نگه داشته نمی‌شود.',
  'The message that an inbound one answers.': 'پیامی که این پیام دریافتی پاسخ آن است.',
  'The message that this one sends again; `GET /v1/messages?resendOf=` lists those of one.':
    'پیامی که این پیام ارسال دوبارهٔ آن است؛ `GET /v1/messages?resendOf=` ارسال‌های دوبارهٔ یک پیام را فهرست می‌کند.',
  'What the carrier charges, where it says so; of several attempts, for the last one that it priced. Each has its own in the timeline.':
    'هزینهٔ اپراتور، اگر آن را بگوید؛ از میان چند تلاش، هزینهٔ آخرین تلاشی که قیمتش را گفته است. هزینهٔ هر تلاش در سرگذشت می‌آید.',
  'What an `accepted` message waits for after a first attempt; a one-time code waits two minutes for a repeat.':
    'آنچه پیام `accepted` پس از تلاش نخست در انتظار آن است؛ کد یک‌بارمصرف دو دقیقه در انتظار تکرار می‌ماند.',
  '`repeat`: an attempt is unclear, and its carrier, which drops doubles, is asked once more; no other may be, or the person could get it twice. `next-attempt`: no carrier took it yet, and any connection may.':
    '`repeat`: نتیجهٔ تلاشی روشن نیست و پیام یک بار دیگر به همان اپراتور سپرده می‌شود که تکراری‌ها را کنار می‌گذارد؛ به اپراتور دیگری نمی‌توان سپرد، وگرنه شاید دو بار به مخاطب برسد. `next-attempt`: هنوز هیچ اپراتوری آن را نگرفته است و از هر اتصالی می‌توان فرستاد.',
  'Then it ends, `unknown` or `expired`.': 'پس از آن با `unknown` یا `expired` پایان می‌یابد.',
  'All that was recorded, oldest first by the gateway’s clock; not in lists.':
    'همهٔ آنچه ثبت شده است، به ترتیب ساعت سامانه، قدیمی‌ترین نخست؛ در فهرست‌ها نیست.',
  'By the gateway’s clock (RFC 3339, UTC): a report’s is when it came, a submission’s when the carrier was called.':
    'به ساعت سامانه (`RFC 3339` به وقت `UTC`): برای گزارش، زمانی که رسید؛ برای سپردن، زمانی که از اپراتور درخواست شد.',
  'By the carrier’s clock, where it gave a time and its zone. That clock may be ahead or behind.':
    'به ساعت اپراتور، اگر زمان را با منطقهٔ زمانی‌اش گفته باشد. آن ساعت شاید جلو یا عقب باشد.',
  'With an unclear attempt: so long it is repeated.': 'در تلاشی که نتیجه‌اش روشن نیست: تا این زمان تکرار می‌شود.',
  'Ours, stable.': 'کد خود ما، ثابت.',
  'The carrier’s own code, as it came.': 'کد خود اپراتور، همان‌گونه که آمده است.',
  'A sentence for people.': 'جمله‌ای برای خواندن.',
  'In the minor unit of the currency: cents of USD, whole yen, whole rials.':
    'به کوچک‌ترین واحد ارز: برای دلار سنت، برای ین و ریال خود آن.',
  'ISO 4217.': 'طبق `ISO 4217`.',
  'Null until the first of its messages is taken up.': 'تا نخستین پیامش از صف برداشته نشده، `null` است.',
  'Since then nothing more of it is given to a carrier.': 'از این زمان، چیز دیگری از آن به اپراتور سپرده نمی‌شود.',
  'Absent only of batches of up to 100 items, once newer ones of that size on the page hold 400 items together.':
    'تنها برای دسته‌های تا ۱۰۰ پیام ممکن است نیاید: وقتی دسته‌های تازه‌تری از همین اندازه در صفحه، روی هم به ۴۰۰ پیام رسیده باشند.',
  'Messages by status; statuses without messages are left out.':
    'شمار پیام‌ها به تفکیک وضعیت؛ وضعیتی که پیامی ندارد نیامده است.',
  'Of the first cancel. RFC 3339 in UTC.': 'زمان نخستین لغو، به شکل `RFC 3339` و به وقت `UTC`.',
  'Rejected items are counted here until the first message is taken up.':
    'تا نخستین پیام از صف برداشته نشده، پیام‌های ردشده هم اینجا شمرده می‌شود.',
  'They are with a carrier, or have ended.': 'پیام‌هایی که نزد اپراتور است یا پایان یافته است.',
}
