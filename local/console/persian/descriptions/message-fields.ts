/** Persian of what is said of fields that messages and batches of all channels have. */
export const MESSAGE_FIELDS: Readonly<Record<string, string>> = {
  'SMS, voice and USSD: the phone number in E.164, or as dialled within the account’s region (Persian and Arabic digits are folded). E-mail: the address. Push: a device id. Chat: `network:address`.':
    'پیامک، تماس و کد دستوری: شمارهٔ تلفن به شکل `E.164`، یا همان‌گونه که در کشور حساب شماره‌گیری می‌شود (رقم‌های فارسی و عربی هم خوانده می‌شود). رایانامه: نشانی. اعلان: شناسهٔ دستگاه. پیام‌رسان: `network:address`.',
  'One of the account’s senders: a line, a phone number, a name, an address of its domain, an app, a bot. The account’s default if absent.':
    'یکی از فرستنده‌های حساب: خط، شمارهٔ تلفن، نام، نشانی‌ای از دامنهٔ حساب، برنامه یا بات. در نبود آن، فرستندهٔ پیش‌گزیدهٔ حساب.',
  'Your own reference; messages can be looked up by it.': 'شناسه‌ای از خودتان؛ پیام‌ها را با آن می‌توان پیدا کرد.',
  'Bulk rules depend on it. The account’s default purpose if absent.':
    'قواعد ارسال انبوه به آن بستگی دارد. در نبود آن، کاربرد پیش‌گزیدهٔ حساب.',
  'RFC 3339. Not submitted after this time: the message becomes `expired`. At most 7 days ahead; default 24 hours.':
    'زمان، به شکل `RFC 3339`. پس از آن پیام به اپراتور سپرده نمی‌شود و `expired` می‌شود. حداکثر ۷ روز آینده؛ در نبود آن ۲۴ ساعت.',
  'Your own labels: at most 20, names up to 40 characters, values up to 500. Comes back in events.':
    'برچسب‌های خودتان: حداکثر ۲۰ مورد، نام‌ها تا ۴۰ و مقدارها تا ۵۰۰ نویسه. در رویدادها به شما برمی‌گردد.',
  'The message of the account, in this mode, that this one sends again.':
    'پیامی از حساب، در همین حالت، که این پیام ارسال دوبارهٔ آن است.',
  'The recipient in canonical form.': 'گیرنده، به شکل یکدست‌شده.',
  'What is billed: SMS segments.': 'آنچه حساب می‌شود: بخش‌های پیامک.',
  'Length of every part in units of the encoding.': 'طول هر بخش، به واحدهای همان کدگذاری.',
  'Instead of `messages`, on the channel `push`: every active device of the application that has this tag or user, at most 10,000, in the order of their ids.':
    'به‌جای `messages`، در کانال `push`: همهٔ دستگاه‌های فعال برنامه که این برچسب یا کاربر را دارند، حداکثر ۱۰٬۰۰۰ دستگاه، به ترتیب شناسه.',
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
