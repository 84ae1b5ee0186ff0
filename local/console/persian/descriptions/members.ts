/** Persian of what is said of the access log, members, keys and verifications. */
export const MEMBERS: Readonly<Record<string, string>> = {
  'Every call that credentials and people of this account made in this mode, kept for six months (186 days): who, from where, what and when. A send is there once its first message is taken up. A page that found nothing may have a cursor: `lookedUntil` says how far back it looked.':
    'همهٔ درخواست‌هایی که اعتبارنامه‌ها و افراد این حساب در این حالت کرده‌اند، تا شش ماه (۱۸۶ روز): چه کسی، از کجا، چه و کی. ارسال پس از برداشته شدن نخستین پیامش اینجاست. صفحه‌ای که چیزی نیافته شاید ادامه داشته باشد: `lookedUntil` می‌گوید تا چه زمانی به عقب نگاه شده است.',
  'From this address or CIDR block.': 'از این نشانی یا بلوک `CIDR`.',
  'By this credential (`cli_…`).': 'با این اعتبارنامه (`cli_…`).',
  'By this person (`per_…`).': 'از این فرد (`per_…`).',
  'Answered with this status.': 'آن‌ها که این پاسخ را گرفته‌اند.',
  'In both modes, kept for six months (186 days). The operator names the role of who read and the reason that was given; ask with the id who it was.':
    'در هر دو حالت، تا شش ماه (۱۸۶ روز). گرداننده نقش کسی را که خوانده و دلیلی را که گفته نام می‌برد؛ با شناسه بپرسید چه کسی بوده است.',
  'All of them, the oldest first.': 'همهٔ آن‌ها، قدیمی‌ترین نخست.',
  'Id of the person (`per_…`).': 'شناسهٔ فرد (`per_…`).',
  'What he may do in the account (docs/roles.md).': 'آنچه در حساب اجازه دارد (`docs/roles.md`).',
  'How well it is known who he is.': 'هویت او تا چه اندازه معلوم است.',
  'Member who invited him; null: he opened the account, or the operator put him in.':
    'عضوی که او را دعوت کرده است؛ `null`: خودش حساب را باز کرده، یا گرداننده او را گذاشته است.',
  'Somebody changed in the database what is missing here.': 'آنچه اینجا نیست در پایگاه داده دستکاری شده است.',
  'In force within 5 seconds, also for the keys that he made. Nobody gives a role above his own, and only owners give or take the role of an owner.':
    'حداکثر ۵ ثانیه بعد برقرار می‌شود، برای کلیدهایی هم که او ساخته است. هیچ‌کس نقشی بالاتر از نقش خود نمی‌دهد، و نقش مالک را تنها مالکان می‌دهند و می‌گیرند.',
  'The member.': 'عضو.',
  'There is no such member.': 'چنین عضوی نیست.',
  'He is the last owner (`last-owner`), or has another role since the `version` that is named.':
    'او آخرین مالک است (`last-owner`)، یا پس از نسخه‌ای که `version` نام می‌برد نقش دیگری گرفته است.',
  'The change is made, but not confirmed: it is in force within 60 seconds.':
    'تغییر انجام شد اما تأیید نشده است: حداکثر ۶۰ ثانیه بعد برقرار می‌شود.',
  'In force within 5 seconds.': 'حداکثر ۵ ثانیه بعد برقرار می‌شود.',
  'He is no member any more.': 'دیگر عضو نیست.',
  'It is bound to the number, can be accepted once within 7 days, and only while you may give that role. Nobody invites above his own role, and only owners invite owners.':
    'به همان شماره بسته است، تا ۷ روز یک بار پذیرفته می‌شود، و تنها تا وقتی شما اجازهٔ دادن آن نقش را دارید. هیچ‌کس به نقشی بالاتر از نقش خود دعوت نمی‌کند، و مالک را تنها مالکان دعوت می‌کنند.',
  'Mobile number. Who accepts must have it, verified.':
    'شمارهٔ همراه. کسی که می‌پذیرد باید همین شماره را، تأییدشده، داشته باشد.',
  'The invitation.': 'دعوت.',
  'Null: it was altered.': '`null`: دستکاری شده است.',
  'Person who invited; null: a program of the operator.': 'فردی که دعوت کرده است؛ `null`: برنامه‌ای از گرداننده.',
  'Person who accepted.': 'فردی که پذیرفته است.',
  'Shown this once, as is `link`: for `POST /v1/auth/invitations/accept`.':
    'مانند `link` همین یک بار نشان داده می‌شود: برای `POST /v1/auth/invitations/accept`.',
  'Address that holds the token behind `#`, where no server sees it. You bring it to whom you invite.':
    'نشانی‌ای که توکن را پس از `#` دارد، جایی که هیچ سروری آن را نمی‌بیند. آن را خودتان به کسی که دعوت می‌کنید می‌رسانید.',
  '100 are open already.': 'هم‌اکنون ۱۰۰ دعوت باز است.',
  'The newest 200.': '۲۰۰ دعوت تازه‌تر.',
  'It can be accepted no more.': 'دیگر پذیرفتنی نیست.',
  'No such one is open.': 'چنین دعوت بازی نیست.',
  'A key works in one header, `Authorization: Bearer chk_live_…` or `chk_test_…`, within 5 seconds. It has no more scopes than its maker’s role, and ends with his membership.':
    'کلید با یک سرآیند کار می‌کند، `Authorization: Bearer chk_live_…` یا `chk_test_…`، حداکثر ۵ ثانیه پس از ساخته شدن. اجازه‌هایش از نقش سازنده‌اش بیشتر نیست و با پایان عضویت او پایان می‌یابد.',
  'What people call it.': 'نامی که افراد برای آن می‌گذارند.',
  '`test` reaches only simulated carriers.': '`test` تنها به اپراتورهای شبیه‌سازی‌شده می‌رسد.',
  'What it may do: never more than your role, now and later.': 'اجازه‌هایش: هرگز بیش از نقش شما، نه اکنون و نه بعد.',
  'Where it may call from; null or absent: from anywhere.': 'از کجا می‌تواند درخواست کند؛ `null` یا نبودن آن: از هر جا.',
  'When it ends; absent: after 366 days, the longest.': 'زمان پایانش؛ اگر نیاید: پس از ۳۶۶ روز، که بیشترین است.',
  'The key.': 'کلید.',
  '`api-key`: made here. The others are credentials that the operator made.':
    '`api-key`: اینجا ساخته شده است. دیگرها اعتبارنامه‌هایی است که گرداننده ساخته است.',
  'What it may do as things stand: its own scopes that its maker’s role has now.':
    'اجازه‌هایی که اکنون دارد: آن‌ها از اجازه‌های خودش که نقش کنونی سازنده‌اش هم دارد.',
  'Member who made it; null: the operator.': 'عضوی که آن را ساخته است؛ `null`: گرداننده.',
  'To the minute.': 'با دقت یک دقیقه.',
  'Shown this once: `Authorization: Bearer chk_…`. A repeated answer shows it masked.':
    'همین یک بار نشان داده می‌شود: `Authorization: Bearer chk_…`. در پاسخی که تکرار شود پوشانده است.',
  'There is no such key here.': 'چنین کلیدی اینجا نیست.',
  'Of both modes for who acts in live, of test alone for who acts in test.':
    'از هر دو حالت برای کسی که در حالت واقعی کار می‌کند، و تنها از حالت آزمایشی برای کسی که در آن است.',
  'All of them, revoked ones too.': 'همهٔ آن‌ها، باطل‌شده‌ها هم.',
  'In effect within 5 seconds, also for tokens that it has been given.':
    'حداکثر ۵ ثانیه بعد اثر می‌کند، بر توکن‌هایی هم که گرفته است.',
  'Makes a code, sends it and keeps only its keyed hash. It is in no answer, list, event or log; the message that carries it shows no content.':
    'کدی می‌سازد، می‌فرستد و تنها چکیدهٔ کلیددارش را نگه می‌دارد. کد در هیچ پاسخ، فهرست، رویداد یا سابقه‌ای نیست؛ پیامی که آن را می‌برد محتوایی نشان نمی‌دهد.',
  'The code is on its way': 'کد در راه است',
  'Too many codes, or too many wrong checks, for this recipient; or the guard lets none go out now.':
    'کدها یا بررسی‌های نادرستِ این گیرنده زیاد بوده است؛ یا نگهبان فعلاً کدی نمی‌فرستد.',
  'By what was recorded of each, some seconds after it began or changed. That its recipient was blocked meanwhile, by wrong checks of another verification, is known to the single read alone: here such a one is `pending`.':
    'از آنچه از هر یک ثبت شده، چند ثانیه پس از آغاز یا تغییرش. اینکه گیرنده‌اش در این میان با بررسی‌های نادرستِ تأیید دیگری بسته شده باشد تنها در خواندن تکی دیده می‌شود: اینجا چنین تأییدی `pending` است.',
  'Only this recipient’s; without `channel` it is read as in SMS.':
    'تنها از آنِ این گیرنده؛ بدون `channel` مانند پیامک خوانده می‌شود.',
  'The channel as whose address `to` is read.': 'کانالی که `to` نشانی آن خوانده می‌شود.',
  'What of the day’s units is used, and which prefixes are held back. The guard’s settings are the operator’s.':
    'چه اندازه از واحدهای امروز مصرف شده، و جلوی کدام پیش‌شماره‌ها گرفته شده است. تنظیمات نگهبان با گرداننده است.',
  'The guard of this mode.': 'نگهبان این حالت.',
  'As it stands this moment, with what stands in its way: where its recipient is blocked, a pending one is `blocked` with no `checksLeft`.':
    'وضع آن در همین دم، با آنچه جلوی آن است: اگر گیرنده‌اش بسته باشد، تأییدی که منتظر بود `blocked` است و `checksLeft` ندارد.',
  'The verification': 'تأیید',
  'A right code is `approved` and used up. A wrong one leaves it `pending` with fewer `checksLeft`; the last one, and every check after the end, is a 422.':
    'کد درست آن را `approved` می‌کند و مصرف می‌شود. کد نادرست آن را `pending` با `checksLeft` کمتر می‌گذارد؛ آخرین کد نادرست، و هر بررسی پس از پایان، پاسخ ۴۲۲ می‌گیرد.',
  '`approved`, or `pending`': '`approved`، یا `pending`',
  'There is no such verification.': 'چنین تأییدی نیست.',
  'It is over: `reason` says why.': 'پایان یافته است: `reason` می‌گوید چرا.',
  'On the same channel or another of its `channels`. It is a new code; the newest 3 count, each until its own end, and share the checks.':
    'روی همان کانال یا کانال دیگری از `channels` آن. کد تازه‌ای است؛ ۳ کد تازه‌تر پذیرفته می‌شود، هر یک تا پایان خودش، و در بررسی‌ها شریک‌اند.',
  'It has had as many codes as it may.': 'به بیشترین شمار کدهایش رسیده است.',
  'Its codes count no longer. One that has ended stays as it is.':
    'کدهایش دیگر پذیرفته نمی‌شود. تأییدی که پایان یافته همان می‌ماند.',
  'As it is now': 'آن‌گونه که اکنون هست',
  'It is a day or more since its recipient had a code or a check: `reason` is `expired`.':
    'یک روز یا بیشتر است که گیرنده‌اش نه کدی داشته و نه بررسی‌ای: `reason` برابر `expired` است.',
  'For accounts that learn in another way whether the person was let in. The status stays as it is.':
    'برای حساب‌هایی که از راه دیگری می‌فهمند فرد راه یافته است یا نه. وضعیت همان که هست می‌ماند.',
}
