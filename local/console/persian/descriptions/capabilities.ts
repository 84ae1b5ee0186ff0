/** Persian of what is said of channels, files, devices and access tokens. */
export const CAPABILITIES: Readonly<Record<string, string>> = {
  'The credential’s: what a token of the other mode can do may differ.':
    'حالت اعتبارنامهٔ شما؛ توکن حالت دیگر شاید توانایی‌های دیگری داشته باشد.',
  'Some connection carries this channel for the account now.': 'اکنون دست‌کم یک اتصال، این کانال را برای حساب می‌برد.',
  'Messages can be sent.': 'پیام می‌توان فرستاد.',
  'Messages of people come in.': 'پیام‌های مخاطبان می‌رسد.',
  'Delivery is reported. Without it a message that the carrier took stays `submitted`.':
    'رسیدن پیام گزارش می‌شود. بدون آن، پیامی که اپراتور گرفته `submitted` می‌ماند.',
  'A message can be canceled while no carrier has been called.':
    'تا پیام به اپراتوری سپرده نشده، می‌توان آن را لغو کرد.',
  'A message can be accepted now and sent at a time of your choice.':
    'پیام می‌تواند اکنون پذیرفته و در زمانی که می‌خواهید فرستاده شود.',
  'People open sessions that your application answers screen by screen.':
    'مخاطب نشستی باز می‌کند و برنامهٔ شما صفحه‌به‌صفحه به آن پاسخ می‌دهد.',
  'What some connection of the account has. A message that needs several is refused with `not-supported` unless one connection has them all.':
    'توانایی‌هایی که دست‌کم یکی از اتصال‌های حساب دارد. پیامی که چند تا از آن‌ها را بخواهد با `not-supported` رد می‌شود، مگر یک اتصال همه را با هم داشته باشد.',
  'Languages that texts are read out in, as BCP 47; `en` stands for all regions, `*` for every language.':
    'زبان‌هایی که متن به آن‌ها خوانده می‌شود، طبق `BCP 47`؛ `en` یعنی انگلیسی همهٔ کشورها و `*` یعنی هر زبانی.',
  'Networks that recipients may be on, where the channel has several: `telegram`, `webpush`.':
    'شبکه‌هایی که گیرنده می‌تواند در آن‌ها باشد، اگر کانال چند شبکه دارد: `telegram`، `webpush`.',
  'What contents of messages name it by.': 'محتوای پیام‌ها فایل را با آن نام می‌برد.',
  'Media type, without parameters.': 'نوع فایل، بدون پارامتر.',
  'SHA-256 of the bytes, hexadecimal.': '`SHA-256` بایت‌ها، در مبنای شانزده.',
  'The application: a sender of the account on the channel `push`. Its default if absent.':
    'برنامه: فرستنده‌ای از حساب در کانال `push`. در نبود آن، فرستندهٔ پیش‌فرض همین کانال.',
  '`webpush`: browsers; `fcm`: apps with Firebase, iPhones too; `sandbox`: reaches nobody.':
    '`webpush`: مرورگرها؛ `fcm`: برنامه‌هایی که فایربیس دارند، آیفون هم؛ `sandbox`: به کسی نمی‌رسد.',
  'For `webpush`.': 'برای `webpush`.',
  'For `fcm` the registration token. For `sandbox` any: its last four digits pick the outcome.':
    'برای `fcm` توکن ثبت. برای `sandbox` هر متنی: چهار رقم آخرش سرنوشت پیام را انتخاب می‌کند.',
  'Your own name of the person.': 'نامی که خودتان به این مخاطب می‌دهید.',
  'Your own groups, for audiences.': 'گروه‌بندی خودتان، برای ارسال به همهٔ یک گروه.',
  'URL at a known push service.': 'نشانی‌ای نزد یکی از سرویس‌های اعلان شناخته‌شده.',
  'Public key of the browser, base64url.': 'کلید عمومی مرورگر، به شکل `base64url`.',
  'Secret of the subscription, base64url.': 'رمز اشتراک، به شکل `base64url`.',
  'Encoding that the page chose, where it says so.': 'کدگذاری‌ای که صفحه انتخاب کرده است، اگر آن را بگوید.',
  '`PushManager.supportedContentEncodings` of the browser.': '`PushManager.supportedContentEncodings` مرورگر.',
  'What a message is sent to.': 'آنچه پیام به آن فرستاده می‌شود.',
  '`removed`: its push service knows it no more.': '`removed`: سرویس اعلانش دیگر آن را نمی‌شناسد.',
  'base64url of the uncompressed point (RFC 8292).': 'نقطهٔ کلید بدون فشرده‌سازی، به شکل `base64url` (`RFC 8292`).',
  'A JWT (RFC 9068). Send it as `Authorization: Bearer`.':
    'توکنی از نوع `JWT` (`RFC 9068`). آن را با `Authorization: Bearer` بفرستید.',
  'What the token may do, separated by spaces.': 'آنچه توکن اجازه دارد، با فاصله میانشان.',
}
