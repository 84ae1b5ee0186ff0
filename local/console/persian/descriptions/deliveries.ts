/** Persian of what is said of opt-outs, POSTs to webhooks and sessions. */
export const DELIVERIES: Readonly<Record<string, string>> = {
  'Absent only where `altered`.': 'همیشه هست، مگر آنکه `altered` باشد.',
  'Null: all of the account’s senders.': '`null`: همهٔ فرستنده‌های حساب.',
  '`carrier` blocks cannot be lifted here.': 'آنچه `carrier` بسته باشد از اینجا برداشته نمی‌شود.',
  'They were there already.': 'شمار آن‌ها که پیش‌تر در فهرست بود.',
  'The endpoint’s as it is now.': 'نشانی کنونی وب‌هوک.',
  'Without the signature, which is made of the secret and kept nowhere.':
    'بدون امضا، که از رمز ساخته می‌شود و جایی نگه داشته نمی‌شود.',
  'Made again from the ledger, word for word. Null: of some event no message tells, or it is past its retention, or the token lacks `messages:read`.':
    'از روی دفتر، واژه به واژه، دوباره ساخته می‌شود. `null`: رویدادی است که پیامی ندارد، زمان نگهداری‌اش گذشته، یا توکن اجازهٔ `messages:read` ندارد.',
  'Null: no POST was made.': '`null`: چیزی فرستاده نشد.',
  'First bytes of its body: at most 1,024, of a 2xx 256. What is no UTF-8 stands as U+FFFD. Whatever the receiver wrote: show it as text only.':
    'نخستین بایت‌های بدنهٔ پاسخ: حداکثر ۱٬۰۲۴ بایت، و از پاسخ `2xx` حداکثر ۲۵۶ بایت. آنچه `UTF-8` نیست `U+FFFD` می‌شود. گیرنده هر چیزی می‌تواند نوشته باشد: آن را تنها به شکل متن نشان دهید.',
  'There was more, or it broke off, or took longer than a second.':
    'ادامه داشت، نیمه‌کاره قطع شد، یا بیش از یک ثانیه طول کشید.',
  'Null: no body came, or the token lacks `messages:read`, as it may say again what was posted.':
    '`null`: بدنه‌ای نیامد، یا توکن اجازهٔ `messages:read` ندارد؛ چون پاسخ شاید آنچه را فرستاده شده بازگوید.',
  'As webhooks hear it.': 'همان که وب‌هوک‌ها می‌گیرند.',
  'POSTs that carried it, oldest first; absent from a token without `webhooks:read`.':
    'ارسال‌هایی که رویداد در آن‌ها بود، قدیمی‌ترین نخست؛ بدون اجازهٔ `webhooks:read` این فیلد نیست.',
  'The code that was called.': 'کدی که شماره‌گیری شد.',
  'Who or what ended it: its last screen, the person, silence, or a screen that did not come.':
    'چه کسی یا چه چیزی آن را پایان داد: صفحهٔ آخر برنامه، خود مخاطب، سکوت، یا صفحه‌ای که نیامد.',
  'Oldest first; not in lists.': 'قدیمی‌ترین نخست؛ در فهرست‌ها نیست.',
  'Null where nothing was typed: at the start.': '`null`: چیزی وارد نشد، مانند آغاز نشست.',
  'All that was typed, where a turn brought several inputs; `input` is the last.':
    'همهٔ آنچه وارد شد، اگر نوبت چند ورودی داشت؛ `input` آخرین آن‌هاست.',
  'Milliseconds until the screen was there.': 'چند هزارم ثانیه تا آماده شدن صفحه.',
  'An earlier screen, shown again.': 'صفحه‌ای پیشین، دوباره نشان داده شد.',
  'At a resume: what had led to the screen in the earlier session.':
    'هنگام ادامهٔ نشستی پیشین: ورودی‌هایی که در آن نشست به این صفحه رسانده بود.',
}
