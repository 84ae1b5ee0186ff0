/** Persian of what is said of webhook endpoints, what went to them, and sessions. */
export const WEBHOOKS: Readonly<Record<string, string>> = {
  'It hears events of the token’s mode only. The URL gets a signed `webhook.challenge` at once and must answer 2xx with the challenge, as text or as `{"challenge": "…"}`, within 10 s. If it does not, the endpoint is made all the same and is `pending`: see `reason`, then call verify.':
    'تنها رویدادهای حالتِ توکن را می‌گیرد. نشانی همان دم رویداد امضاشدهٔ `webhook.challenge` را می‌گیرد و باید تا ۱۰ ثانیه با پاسخی از خانوادهٔ ۲۰۰ متن آزمون را بازگوید، به صورت متن یا `{"challenge": "…"}`. اگر چنین نکند وب‌هوک با این همه ساخته می‌شود و `pending` است: `reason` را ببینید، سپس آزمون دوباره را بخواهید.',
  'https on port 443, a public host name. It must answer a challenge before it hears events.':
    '`https` روی درگاه ۴۴۳، با نام میزبانی عمومی. پیش از شنیدن رویدادها باید به آزمونی پاسخ دهد.',
  'The types it hears; null or absent: all.': 'نوع رویدادهایی که می‌گیرد؛ `null` یا نبودن آن: همه.',
  'One POST may carry up to 100 events; default false: one event a POST.':
    'هر `POST` می‌تواند تا ۱۰۰ رویداد ببرد؛ در نبود آن `false`: هر `POST` یک رویداد.',
  '`africas-talking`: turns of sessions come as the form that Africa’s Talking posts (`sessionId`, `serviceCode`, `phoneNumber`, `text`, `networkCode`), for applications made for it; `events` must be `["session.turn"]`. Default `json`.':
    '`africas-talking`: نوبت‌های نشست به شکل فرمی می‌آید که آفریکاز تاکینگ می‌فرستد (`sessionId`، `serviceCode`، `phoneNumber`، `text`، `networkCode`)، برای برنامه‌هایی که برای آن ساخته شده‌اند؛ `events` باید `["session.turn"]` باشد. در نبود آن `json`.',
  'For people.': 'یادداشتی برای افراد.',
  'The endpoint with its secret.': 'وب‌هوک، با رمز آن.',
  'It hears what happens in this mode: that of the token that made it.':
    'رویدادهای این حالت را می‌گیرد: حالت توکنی که آن را ساخته است.',
  '`pending`: the challenge is unanswered; it hears nothing.': '`pending`: آزمون بی‌پاسخ مانده است؛ رویدادی نمی‌گیرد.',
  'Why it is pending or disabled.': 'چرا در انتظار یا خاموش است.',
  'RFC 3339 in UTC.': '`RFC 3339` به وقت `UTC`.',
  'When the present run of failures began; null while it works.':
    'زمان آغاز ناکامی‌های پیاپی کنونی؛ تا وقتی کار می‌کند `null`.',
  '`open`: it did not answer in time, and its events wait; `half-open`: the next one finds out whether it does.':
    '`open`: به‌موقع پاسخ نداد و رویدادهایش منتظر می‌ماند؛ `half-open`: رویداد بعدی نشان می‌دهد که پاسخ می‌دهد یا نه.',
  'Tells what may be changed of it, as that is now.': 'می‌گوید آنچه می‌توان در آن تغییر داد اکنون چگونه است.',
  '`whsec_…`, of the Standard Webhooks signature. Shown this once; a kept answer masks it.':
    '`whsec_…`، برای امضا به روش `Standard Webhooks`. همین یک بار نشان داده می‌شود؛ در پاسخ نگه‌داشته‌شده پوشیده است.',
  'The account has as many endpoints as it may have.': 'حساب به بیشترین شمار مجاز وب‌هوک‌ها رسیده است.',
  'All of them, oldest first.': 'همهٔ آن‌ها، قدیمی‌ترین نخست.',
  'Id of an endpoint (`whe_…`).': 'شناسهٔ وب‌هوک (`whe_…`).',
  'The endpoint.': 'وب‌هوک.',
  'Another URL, or switching it on, challenges the endpoint again.':
    'با تغییر نشانی، یا روشن کردن، وب‌هوک دوباره آزموده می‌شود.',
  '`active` challenges the endpoint again; `disabled` ends all POSTs to it.':
    'با `active` وب‌هوک دوباره آزموده می‌شود؛ با `disabled` دیگر چیزی به آن فرستاده نمی‌شود.',
  'The `version` that the change was made for: of another one it is a 409. Left out: whatever it is.':
    'نسخه‌ای (`version`) که تغییر برای آن است: اگر نسخهٔ دیگری باشد پاسخ ۴۰۹ است. اگر نیاید: هر نسخه‌ای که باشد.',
  'Somebody else changed it at the same time, or since the `version` that is named.':
    'دیگری هم‌زمان آن را تغییر داده است، یا پس از نسخه‌ای که `version` نام می‌برد.',
  'It is gone, and so are its retries.': 'دیگر نیست، و تلاش‌های دوباره‌اش هم.',
  'The state of the endpoint does not allow that; the detail says why.':
    'وضعیت وب‌هوک اجازهٔ آن را نمی‌دهد؛ `detail` می‌گوید چرا.',
  'Both sign for 24 hours: each POST carries two signatures. A third secret ends the oldest at once.':
    'تا ۲۴ ساعت هر دو امضا می‌کنند: هر `POST` دو امضا دارد. رمز سوم، قدیمی‌ترین را همان دم از کار می‌اندازد.',
  'The endpoint with its new secret.': 'وب‌هوک، با رمز تازه‌اش.',
  'Sends `webhook.test` at once, once, and answers what came of it.':
    'رویداد `webhook.test` را همان دم و یک بار می‌فرستد و پاسخ می‌دهد که چه شد.',
  'The POST as the log has it.': 'تلاش، آن‌گونه که در فهرست ثبت شده است.',
  '`failed` will be tried again, `exhausted` will not, `skipped`: no POST was made.':
    '`failed` دوباره تلاش می‌شود، `exhausted` نه؛ `skipped`: چیزی فرستاده نشد.',
  'When the next attempt is due.': 'زمان تلاش بعدی.',
  'A row a POST. A page may be short, or empty, and not the last: `lookedUntil` says how far it looked; go on until `nextCursor` is null.':
    'هر تلاش یک سطر است. شاید صفحه‌ای کوتاه یا خالی باشد و با این همه آخرین نباشد: `lookedUntil` می‌گوید تا کجا جست‌وجو شده است؛ تا `nextCursor` برابر `null` شود ادامه دهید.',
  'POSTs that carried this event.': 'تلاش‌هایی که این رویداد را برده‌اند.',
  'POSTs that carried some event of this message.': 'تلاش‌هایی که رویدادی از این پیام را برده‌اند.',
  'At or after (RFC 3339).': 'در این زمان یا پس از آن (`RFC 3339`).',
  'Before (RFC 3339).': 'پیش از این زمان (`RFC 3339`).',
  'A page.': 'یک صفحه.',
  'Null on the last page.': 'در صفحهٔ آخر `null`.',
  'The page ended before it was full: all that is newer was looked at, and the next page goes on from there.':
    'صفحه پیش از پر شدن پایان یافت: هر چه تازه‌تر از این زمان است دیده شد، و صفحهٔ بعد از همین جا ادامه می‌دهد.',
  'Id of a row of the log (`dlv_…`).': 'شناسهٔ یک سطر از فهرست تلاش‌ها (`dlv_…`).',
  'The POST.': 'تلاش.',
  'Queued.': 'به صف رفت.',
  'Events on their way again, under the same ids.': 'رویدادهایی که با همان شناسه‌ها دوباره در راه‌اند.',
  'Events that no message tells (of endpoints and suppressions), or past their retention: not sent again.':
    'رویدادهایی که پیامی ندارند (رویداد وب‌هوک‌ها و انصراف‌ها) یا زمان نگهداری‌شان گذشته است: دوباره فرستاده نشد.',
  'Events in the log of that time that no POST brought through, up to 2,000 a call. Events that came while the endpoint was switched off are not in its log.':
    'رویدادهایی از آن زمان که در فهرست تلاش‌ها هست و هیچ تلاشی نرسانده است، تا ۲٬۰۰۰ رویداد در هر درخواست. رویدادهایی که هنگام خاموش بودن وب‌هوک آمده در فهرستش نیست.',
  'POSTs from then on (RFC 3339).': 'تلاش‌های از آن زمان به بعد (`RFC 3339`).',
  'POSTs before then; default now.': 'تلاش‌های پیش از آن زمان؛ در نبود آن تا اکنون.',
  'Only events of these types.': 'تنها رویدادهایی از این نوع‌ها.',
  '`nextCursor` of the call before, with the same `since` and `until`.':
    '`nextCursor` درخواست پیشین، با همان `since` و `until`.',
  'Call again with it; null: that was all.': 'با آن دوباره درخواست کنید؛ `null`: دیگر چیزی نمانده است.',
  'Of the log of webhooks it looks at the few hundred rows around the events and their next attempts. `complete` is false where there was more: `GET /v1/webhooks/:id/deliveries?message=` looks through all of an endpoint’s.':
    'از فهرست تلاش‌های وب‌هوک‌ها، چند صد سطر پیرامون رویدادها و تلاش‌های بعدی‌شان را می‌بیند. `complete` اگر بیش از آن باشد `false` است: `GET /v1/webhooks/:id/deliveries?message=` همهٔ تلاش‌های یک وب‌هوک را می‌گردد.',
  'No POST can be missing.': 'هیچ تلاشی نمی‌تواند جا مانده باشد.',
  'The message is past its retention.': 'زمان نگهداری پیام گذشته است.',
  'A session is here some seconds after it began.': 'نشست چند ثانیه پس از آغازش اینجاست.',
  'On this channel; default: on all that have sessions.': 'در این کانال؛ در نبود آن در همهٔ کانال‌هایی که نشست دارند.',
  'Only this person’s; without `channel` it is read as in USSD.':
    'تنها از آنِ این مخاطب؛ بدون `channel` مانند کد دستوری خوانده می‌شود.',
  'The session': 'نشست',
  'Absent only where `altered`.': 'همیشه هست، مگر آنکه `altered` باشد.',
  'Null: all of the account’s senders.': '`null`: همهٔ فرستنده‌های حساب.',
  '`carrier` blocks cannot be lifted here.': 'آنچه `carrier` مسدود کرده باشد از اینجا برداشته نمی‌شود.',
  'They were there already.': 'شمار آن‌ها که پیش‌تر در فهرست بود.',
  'The endpoint’s as it is now.': 'نشانی کنونی وب‌هوک.',
  'Without the signature, which is made of the secret and kept nowhere.':
    'بدون امضا، که از رمز ساخته می‌شود و جایی نگه داشته نمی‌شود.',
  'Made again from the ledger, word for word. Null: of some event no message tells, or it is past its retention, or the token lacks `messages:read`.':
    'از روی دفتر، واژه‌به‌واژه دوباره ساخته می‌شود. `null`: رویدادی است که پیامی ندارد، زمان نگهداری‌اش گذشته، یا توکن اجازهٔ `messages:read` ندارد.',
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
  'Milliseconds until the screen was there.': 'زمان تا آماده شدن صفحه، به میلی‌ثانیه.',
  'An earlier screen, shown again.': 'صفحه‌ای پیشین، دوباره نشان داده شد.',
  'At a resume: what had led to the screen in the earlier session.':
    'هنگام ادامهٔ نشستی پیشین: ورودی‌هایی که در آن نشست به این صفحه رسانده بود.',
}
