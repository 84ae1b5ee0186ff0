/** Persian of what is said of contents of messages, channel by channel, both ways. */
export const CONTENTS: Readonly<Record<string, string>> = {
  'What the person reads. Sent as GSM-7 if every character is in it (160 a single message, 153 a part), else as UCS-2 (70, 67); at most 10 parts.':
    'آنچه مخاطب می‌خواند. اگر همهٔ نویسه‌هایش در `GSM-7` باشد با همان فرستاده می‌شود (۱۶۰ نویسه در پیام تک‌بخشی، ۱۵۳ در هر بخش)، وگرنه با `UCS-2` (۷۰ و ۶۷)؛ حداکثر ۱۰ بخش.',
  'Pictures and the like that came with it.': 'تصویر و فایل‌های دیگری که همراهش آمد.',
  'How many files could not be fetched from the carrier.': 'تعداد فایل‌هایی که دریافتشان از اپراتور ممکن نشد.',
  'The carrier’s name of what came without any words.': 'نامی که اپراتور به پیام بی‌متن می‌دهد.',
  'What the carrier says of that.': 'آنچه اپراتور دربارهٔ آن می‌گوید.',
  'Parts are missing: they did not come within ten minutes.': 'پیام کامل نیست: بخش‌هایی از آن ظرف ده دقیقه نرسید.',
  'Id of the file in `/v1/media`.': 'شناسهٔ فایل در `/v1/media`.',
  'Media type.': 'نوع فایل.',
  'What is read out.': 'متنی که خوانده می‌شود.',
  'BCP 47; a connection that reads this language carries the call. Absent: `fa-IR` for a code and for a text in Arabic letters, `en-US` for any other text.':
    'زبان، طبق `BCP 47`؛ تماس از اتصالی می‌رود که این زبان را می‌خواند. در نبود آن، کد و متنی که با حروف عربی یا فارسی نوشته شده `fa-IR` است و هر متن دیگر `en-US`.',
  'How often it is heard in one call, 1 to 5.': 'شمار بارهایی که در یک تماس شنیده می‌شود، ۱ تا ۵.',
  'Reads a text out.': 'متنی را می‌خواند.',
  'Public https URL of the audio; the provider fetches it.':
    'نشانی عمومی `https` فایل صوتی؛ ارائه‌دهنده خودش آن را می‌گیرد.',
  'Or an uploaded audio file: its media id.': 'یا شناسهٔ فایل صوتی‌ای که بارگذاری کرده‌اید.',
  'Plays an audio file: MP3 or WAV is understood everywhere.': 'فایلی صوتی پخش می‌کند؛ `MP3` و `WAV` همه‌جا پخش می‌شود.',
  'A one-time code, at most 20 digits.': 'کد یک‌بارمصرف، حداکثر ۲۰ رقم.',
  'Reads a one-time code out, digit by digit.': 'کد یک‌بارمصرف را رقم‌به‌رقم می‌خواند.',
  'Most keys that are collected.': 'حداکثر کلیدهایی که گرفته می‌شود.',
  'The key that ends the input; it is not part of it.': 'کلیدی که ورودی را پایان می‌دهد؛ خودش جزو ورودی نیست.',
  'Seconds of waiting for the next key.': 'ثانیه‌هایی که برای کلید بعدی صبر می‌شود.',
  'Read out before the keys are awaited.': 'پیش از انتظار برای کلیدها خوانده می‌شود.',
  'Collects keys; what was pressed comes as `message.received` in reply to this message.':
    'کلیدهایی را که مخاطب می‌فشارد می‌گیرد؛ آنچه فشرد در پاسخ به همین پیام با `message.received` می‌آید.',
  'Further calls if the line is busy or nobody answers.': 'شمار تماس‌های دوباره، اگر خط مشغول باشد یا کسی پاسخ ندهد.',
  'Seconds between two calls.': 'فاصلهٔ دو تماس، به ثانیه.',
  'Calls again when the line is busy or nobody answers, within the message’s validity.':
    'اگر خط مشغول باشد یا کسی پاسخ ندهد، تا مهلت پیام نگذشته است دوباره زنگ می‌زند.',
  'What a call says: exactly one of `say`, `play` and `digits`.':
    'آنچه در تماس گفته می‌شود: درست یکی از `say`، `play` و `digits`.',
  'Keys that were pressed in a call of ours: 0 to 9, * and #.': 'کلیدهایی که در تماس ما فشرده شد: ۰ تا ۹، `*` و `#`.',
  'Media id of the file.': 'شناسهٔ فایل.',
  'Its media type.': 'نوع فایل.',
  'The file could not be fetched.': 'دریافت فایل ممکن نشد.',
  'A voice message that a caller left.': 'پیام صوتی‌ای که تماس‌گیرنده گذاشته است.',
  'First line of the notification.': 'سطر نخست اعلان.',
  'Text below the title.': 'متن زیر عنوان.',
  'https URL of a small picture, for browsers.': 'نشانی `https` تصویری کوچک، برای مرورگرها.',
  'https URL of a large picture, where the system shows one.':
    'نشانی `https` تصویری بزرگ، اگر سیستم‌عامل آن را نشان دهد.',
  'What opens at a click: an https URL, or a path of the application’s own.':
    'آنچه با فشردن اعلان باز می‌شود: نشانی `https`، یا مسیری از خود برنامه.',
  'Texts for the application: at most 20, names up to 40 characters.':
    'متن‌هایی برای برنامه: حداکثر ۲۰ مورد، با نام‌های حداکثر ۴۰ نویسه‌ای.',
  'Up to two buttons (browsers only).': 'حداکثر دو دکمه (تنها در مرورگرها).',
  'Your name of the button: a press is told as a reply with this text.':
    'نامی که شما به دکمه می‌دهید: فشردن آن مانند پاسخی با همین متن گزارش می‌شود.',
  'What stands on the button.': 'نوشتهٔ روی دکمه.',
  'Seconds that the push service keeps it for a device that is not there; 0: now or never.':
    'شمار ثانیه‌هایی که سرویس اعلان آن را برای دستگاهی که در دسترس نیست نگه می‌دارد؛ ۰: همین حالا یا هرگز.',
  'How much battery it is worth (RFC 8030 5.3).': 'چقدر به مصرف باتری می‌ارزد (`RFC 8030 5.3`).',
  'A later message replaces one of the same topic that has not been delivered yet.':
    'پیام تازه‌تر با همین موضوع جای پیامی را می‌گیرد که هنوز نرسیده است.',
  'At most about 3,500 bytes of JSON in all.': 'روی هم حداکثر حدود ۳٬۵۰۰ بایت `JSON`.',
  'What was written, or the `action` of the button pressed.': 'آنچه مخاطب نوشته، یا `action` دکمه‌ای که فشرده است.',
  'Subject of the mail.': 'موضوع رایانامه.',
  'The plain text; this or `html` is needed, best both. Long ones are kept as files.':
    'متن ساده؛ این یا `html` لازم است و بهتر است هر دو باشد. متن‌های بلند مانند فایل نگه داشته می‌شود.',
  'The HTML version, sent as it is.': 'نسخهٔ `HTML`؛ همان‌گونه که هست فرستاده می‌شود.',
  'Name shown beside the sender’s address.': 'نامی که کنار نشانی فرستنده نشان داده می‌شود.',
  'Address that answers go to.': 'نشانی‌ای که پاسخ‌ها به آن می‌رود.',
  'Id of a file of `/v1/media`.': 'شناسهٔ فایلی از `/v1/media`.',
  'Header fields: `X-Custom-…` for your own, or one of `X-Entity-Ref-ID`, `X-Priority`, `X-Mailer`, `X-Auto-Response-Suppress`, `X-Report-Abuse`, `X-CSA-Complaints`, `X-Order`, `X-Order-ID`, `X-Invoice-ID`, `X-Ticket-ID`, `X-Booking-ID`, `X-Customer-ID`, `X-Account-ID`, `X-Transaction-ID`, `X-Notification-ID`, `X-Reference-ID`, `X-Campaign`, `X-Campaign-ID`, `In-Reply-To`, `References`, `Keywords`, `Comments`, `Organization`, `Content-Language`, `Accept-Language`, `Importance`, `Priority`, `Precedence`, `Sensitivity`, `Expires`, `Reply-By`, `Auto-Submitted`, `Archived-At`, `List-Id`, `List-Help`, `List-Archive`, `List-Owner`, `List-Post`, `List-Subscribe`, `Feedback-ID`. Every other one is refused.':
    'سرآیندها: `X-Custom-…` برای سرآیند خودتان، یا یکی از `X-Entity-Ref-ID`، `X-Priority`، `X-Mailer`، `X-Auto-Response-Suppress`، `X-Report-Abuse`، `X-CSA-Complaints`، `X-Order`، `X-Order-ID`، `X-Invoice-ID`، `X-Ticket-ID`، `X-Booking-ID`، `X-Customer-ID`، `X-Account-ID`، `X-Transaction-ID`، `X-Notification-ID`، `X-Reference-ID`، `X-Campaign`، `X-Campaign-ID`، `In-Reply-To`، `References`، `Keywords`، `Comments`، `Organization`، `Content-Language`، `Accept-Language`، `Importance`، `Priority`، `Precedence`، `Sensitivity`، `Expires`، `Reply-By`، `Auto-Submitted`، `Archived-At`، `List-Id`، `List-Help`، `List-Archive`، `List-Owner`، `List-Post`، `List-Subscribe` و `Feedback-ID`. هیچ سرآیند دیگری پذیرفته نمی‌شود.',
  'True: mail programs show a button to unsubscribe (RFC 8058). Always on for advertising, for informational mail to several in one call, and where the bulk rules ask for a footer.':
    '`true`: برنامه‌های رایانامه دکمه‌ای برای انصراف نشان می‌دهند (`RFC 8058`). برای تبلیغ، برای اطلاع‌رسانی به چند گیرنده در یک درخواست، و هر جا قواعد ارسال انبوه متن پایانی بخواهد، همیشه روشن است.',
  'Empty where the mail has none.': 'خالی، اگر رایانامه موضوع ندارد.',
  'The plain text, or its beginning if it is long: the whole is an attachment then. Absent where the provider tells none.':
    'متن ساده، یا اگر بلند است آغاز آن؛ در آن حال متن کامل پیوست است. اگر ارائه‌دهنده متن را نگوید، این فیلد نیست.',
  'Name of the sender.': 'نام فرستنده.',
  'Address that answers should go to, if not the sender’s.': 'نشانی‌ای که پاسخ باید به آن برود، اگر نشانی فرستنده نیست.',
  'By which the HTML shows it (`cid:`, RFC 2392).': 'نامی که `HTML` فایل را با آن نشان می‌دهد (`cid:`، طبق `RFC 2392`).',
  'A program wrote it: an absence note, a report, a mailing list.':
    'برنامه‌ای آن را نوشته است: اعلام غیبت، گزارش یا فهرست پستی.',
  'How many files beyond the limit were not kept.': 'تعداد فایل‌هایی که بیش از سقف بود و نگه داشته نشد.',
  'The provider’s name of a mail whose text it does not tell (`email.received` of Resend).':
    'نامی که ارائه‌دهنده به رایانامه‌ای می‌دهد که متنش را نمی‌گوید (در ری‌سند `email.received`).',
  'What the provider tells of it: `id`, by which its API has the mail.':
    'آنچه ارائه‌دهنده دربارهٔ آن می‌گوید: `id`، که رایانامه با آن نزد ارائه‌دهنده پیدا می‌شود.',
  'What the screen shows, all of it at once: 182 characters of the GSM alphabet, or 80 if it holds any other (Persian, say).':
    'آنچه صفحه یکجا نشان می‌دهد: ۱۸۲ نویسه از الفبای `GSM`، یا ۸۰ نویسه اگر نویسهٔ دیگری در آن باشد (مانند فارسی).',
  'What the person reads; below a file, if there is one (1,024 characters then).':
    'آنچه مخاطب می‌خواند؛ اگر فایلی باشد زیر آن می‌آید (در آن حال ۱٬۰۲۴ نویسه).',
  'A file. Several are several messages.': 'یک فایل. برای چند فایل، چند پیام بفرستید.',
  'A file uploaded to `/v1/media`.': 'فایلی که در `/v1/media` بارگذاری شده است.',
  'Instead of `id`: a public https URL that the network fetches itself.':
    'به جای `id`: نشانی عمومی `https` که شبکه خودش فایل را از آن می‌گیرد.',
  'How it is shown.': 'چگونه نشان داده شود.',
  'Of a document: the name that the person sees.': 'نامی که مخاطب برای سند می‌بیند.',
  'Rows of buttons below the text. WhatsApp: three replies, or one URL.':
    'ردیف‌های دکمه زیر متن. در واتساپ: سه پاسخ، یا یک نشانی.',
  'WhatsApp shows 20 characters at most.': 'واتساپ حداکثر ۲۰ نویسه نشان می‌دهد.',
  'The page that it opens.': 'صفحه‌ای که باز می‌کند.',
  'Instead of `url`: comes back as `content.reply` of a `message.received` when it is pressed.':
    'به جای `url`: با فشردن دکمه، در `content.reply` یک `message.received` برمی‌گردد.',
  'Instead of all else: a template that the network has approved (WhatsApp).':
    'به جای همهٔ فیلدهای دیگر: الگویی که شبکه تأیید کرده است (واتساپ).',
  'Of the body: in order, or by name for templates with named parameters.':
    'مقدارهای متن الگو: به ترتیب، یا در الگوهایی که پارامترهایشان نام دارد، با نام.',
  'The picture, video or document of the header.': 'عکس، ویدئو یا سند بالای الگو.',
  'What fills a button: the end of its URL (`url`; in authentication templates the code), or its `reply`.':
    'آنچه دکمه را پر می‌کند: پایان نشانی آن (`url`؛ در الگوهای احراز هویت، کد)، یا `reply` آن.',
  'Instead of all else: a one-time code by the network’s own way (Bale by phone number).':
    'به جای همهٔ فیلدهای دیگر: کد یک‌بارمصرف به روش خود شبکه (بله با شمارهٔ تلفن).',
  'What was written, or what stands on the button pressed.': 'آنچه مخاطب نوشته، یا نوشتهٔ دکمه‌ای که فشرده است.',
  'The reply of the button pressed.': '`reply` دکمه‌ای که فشرده شد.',
  'The place that the person sent.': 'مکانی که مخاطب فرستاده است.',
  'The network’s name of what the person sent or did, where no other member here is made for it (`contact`, `poll`, `interactive.nfm_reply`).':
    'نامی که شبکه به آنچه مخاطب فرستاده یا کرده می‌دهد، وقتی فیلد دیگری در اینجا برای آن نیست (`contact`، `poll`، `interactive.nfm_reply`).',
  'What the network says of it beside that, such as the answers of a form, the name and numbers of a contact, a poll’s question and options.':
    'آنچه شبکه جز آن می‌گوید، مانند پاسخ‌های یک فرم، نام و شماره‌های یک کارت مخاطب، یا پرسش و گزینه‌های یک نظرسنجی.',
}
