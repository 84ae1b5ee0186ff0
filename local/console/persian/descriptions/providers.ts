/** Persian of what is said of providers and what a connection to them needs. */
export const PROVIDERS: Readonly<Record<string, string>> = {
  'As `provider` of a connection.': 'همان که در `provider` اتصال می‌آید.',
  'As in `settings` of a connection.': 'همان که در `settings` اتصال می‌آید.',
  'A `secret` is sealed and masked in every answer; a `url` is an absolute http(s) URL without query.':
    '`secret` مهرشده و در همهٔ پاسخ‌ها پوشیده است؛ `url` نشانی کامل `http` یا `https` و بدون پرسش است.',
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
