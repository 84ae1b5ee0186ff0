/** Persian of what is said of sending, reading and canceling messages, of files and of devices. */
export const MESSAGES: Readonly<Record<string, string>> = {
  'Send messages, hear what became of them, and receive replies. Every error is a problem document (RFC 9457) with a stable `code`; times are RFC 3339 in UTC; fields that are not known are refused.':
    'پیام بفرستید، ببینید چه شد و پاسخ‌ها را بگیرید. هر خطا سندی (`RFC 9457`) با `code` ثابت است؛ زمان‌ها `RFC 3339` به وقت `UTC` است؛ فیلدی که شناخته نباشد پذیرفته نمی‌شود.',
  'A 202 means that the message is durable: it ends in exactly one final state, whatever fails on the way.':
    'پاسخ ۲۰۲ یعنی پیام ماندگار شده است: هر چه در راه از کار بیفتد، درست به یک وضعیت پایانی می‌رسد.',
  Accepted: 'پذیرفته شد',
  'All that fits every parameter given; those that exclude each other are a 400. A recipient, a person, a reference, a batch, what sends a message again, what people wrote (`direction=inbound`) and what did not succeed (`unknown`, `failed`, `expired`, `undelivered`, `rejected`, `canceled`, `suppressed`) are found by an index. For anything else one request looks at a few hundred messages: where few of them fit, the page is short, or empty, and `lookedUntil` says how far it looked. Go on until `nextCursor` is null.':
    'هر آنچه با همهٔ پارامترهای داده‌شده بخواند؛ پارامترهایی که با هم جمع نمی‌شوند پاسخ ۴۰۰ می‌گیرند. گیرنده، مخاطب، ارجاع، دسته، آنچه پیامی را دوباره می‌فرستد، آنچه مردم نوشته‌اند (`direction=inbound`) و آنچه به نتیجه نرسیده (`unknown`، `failed`، `expired`، `undelivered`، `rejected`، `canceled`، `suppressed`) با نمایه پیدا می‌شود. برای هر چیز دیگر، یک درخواست چند صد پیام را نگاه می‌کند: جایی که کمتر پیامی با آن بخواند صفحه کوتاه یا خالی است، و `lookedUntil` می‌گوید تا کجا نگاه شده است. تا `nextCursor` برابر `null` شود ادامه دهید.',
  'Of this channel; default: of all. Addresses are read as the channel’s, without one as in SMS.':
    'از این کانال؛ در نبود آن از همه. نشانی‌ها به شکل همین کانال خوانده می‌شود، و بدون کانال مانند پیامک.',
  'Outbound messages to this recipient.': 'پیام‌های ارسالی به این گیرنده.',
  'Messages to and from this person, written as in `to`.':
    'پیام‌های ارسالی به این مخاطب و دریافتی از او؛ به شکلی که در `to` نوشته می‌شود.',
  'Outbound messages from this sender of the account.': 'پیام‌های ارسالی از این فرستندهٔ حساب.',
  'Messages from and to this sender of the account.': 'پیام‌های ارسالی از این فرستندهٔ حساب و دریافتی در آن.',
  'Outbound messages with this reference.': 'پیام‌های ارسالی با این ارجاع.',
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
  'Of the batch as a whole.': 'ارجاع کل دسته.',
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
}
