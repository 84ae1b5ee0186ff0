/** Persian of what is said of calls of the staff: identities, papers, lost access, approvals, disclosures and the access log. */
export const STAFF: Readonly<Record<string, string>> = {
  'The registry.': 'سامانهٔ استعلام.',
  'Null: none is set up, and nobody reaches the level L2.':
    '`null`: سامانهٔ استعلامی تعیین نشده است و کسی به سطح `L2` نمی‌رسد.',
  'Secrets are masked; null: they do not open, give them anew.':
    'رمزها پوشیده است. `null`: تنظیمات باز نمی‌شود؛ آن‌ها را دوباره وارد کنید.',
  'Settings that are left out stay as long as the driver does, and null takes one away (docs/identity.md). A registry that says yes to all makes anybody known: two people choose it.':
    'تنظیمی که نفرستید، تا وقتی `driver` همان است، سر جایش می‌ماند؛ `null` آن را برمی‌دارد (`docs/identity.md`). سامانه‌ای که به هر پرسشی «بله» بگوید هر کسی را شناخته‌شده می‌کند؛ از این رو انتخاب آن کار دونفره است.',
  '`shahkar`; `sandbox` only where the gateway runs on this machine.':
    '`shahkar`؛ و `sandbox` تنها وقتی سامانه روی همین دستگاه کار می‌کند.',
  'The access log names you, the time and the reason before this is answered; the national id stands in no log.':
    'پیش از پاسخ، نام شما، زمان و دلیل در سابقهٔ دسترسی ثبت می‌شود. کد ملی در هیچ سابقه‌ای نمی‌آید.',
  'Ten digits.': 'ده رقم.',
  'Why you look: a ticket, an order of a court. It is kept with who asked and when.':
    'چرا نگاه می‌کنید: شمارهٔ پیگیری یا حکم دادگاه. با نام شما و زمان نگه داشته می‌شود.',
  'Null: the person is closed.': '`null`: حساب این فرد بسته شده است.',
  'Registry that confirmed it.': 'سامانهٔ استعلامی که آن را تأیید کرده است.',
  'Nobody had it matched.': 'کسی این کد ملی را تطبیق نداده است.',
  'He has none.': 'دیگر کد ملی‌ای به نام او نیست.',
  'He has none, or there is no such person.': 'کد ملی‌ای به نام او نیست، یا چنین فردی وجود ندارد.',
  'He has a role at the licensee: that is taken first (`PATCH /admin/v1/staff/{id}`), by two people.':
    'نزد گرداننده نقشی دارد. نخست باید آن نقش با کاری دونفره گرفته شود (`PATCH /admin/v1/staff/{id}`).',
  'It is done, but not confirmed: say it again.': 'انجام شد، اما تأیید نهایی آن نیامد: درخواست را تکرار کنید.',
  'Who handed them in.': 'کسی که مدارک را سپرده است.',
  'Other people who named the same legal person.': 'تعداد افراد دیگری که همین شخص حقوقی را نام برده‌اند.',
  'There are no such papers.': 'چنین مدارکی نیست.',
  'The access log names you, the papers, the time and the reason before this is answered. The file is whoever’s who sent it: open it as one from a stranger.':
    'پیش از پاسخ، نام شما، مدارک، زمان و دلیل در سابقهٔ دسترسی ثبت می‌شود. این فایل را دیگری فرستاده است: مانند فایلی از یک ناشناس با احتیاط بازش کنید.',
  'The bytes: application/pdf, image/jpeg, image/png.': 'خود فایل: `application/pdf`، `image/jpeg` یا `image/png`.',
  'There is no such file.': 'چنین فایلی نیست.',
  'They wait for no decision, or who handed them in is closed.':
    'این مدارک منتظر تصمیم نیست، یا حساب کسی که آن را سپرده بسته شده است.',
  'It is decided, but not confirmed: say it again.': 'تصمیم گرفته شد، اما تأیید نهایی آن نیامد: درخواست را تکرار کنید.',
  'Why; the person reads it.': 'دلیل رد؛ خود فرد آن را می‌خواند.',
  'All of it is what somebody says, except that the new number was proven to be his. Kept for 90 days.':
    'همه‌چیز تنها گفتهٔ درخواست‌کننده است، جز اینکه ثابت شده شمارهٔ تازه از آنِ اوست. ۹۰ روز نگه داشته می‌شود.',
  'The person gets the new number, his passkeys go, and all his sign-ins end: a code to the new number lets him in. Refused where he was seen in the account since he asked. Find out first that it is he: call the old number, and ask for what only he knows.':
    'شمارهٔ تازه از آنِ فرد می‌شود، کلیدهای عبورش حذف می‌شود و همهٔ ورودهایش پایان می‌یابد؛ پس از آن با کدی به شمارهٔ تازه وارد می‌شود. اگر صاحب حساب پس از درخواست در آن دیده شده باشد، پذیرفته نمی‌شود. نخست مطمئن شوید خود اوست: به شمارهٔ پیشین زنگ بزنید و چیزی بپرسید که تنها او می‌داند.',
  'The request.': 'درخواست.',
  'It is decided, nobody has such an account, or who has it was seen there since.':
    'دربارهٔ آن تصمیم گرفته شده، کسی چنین حسابی ندارد، یا صاحب حساب پس از درخواست در آن دیده شده است.',
  'It is decided.': 'دربارهٔ آن تصمیم گرفته شده است.',
  'The line that was written to.': 'خطی که پیام به آن رسیده است.',
  'The access log names you, the message, the time and the reason before this is answered.':
    'پیش از پاسخ، نام شما، پیام، زمان و دلیل در سابقهٔ دسترسی ثبت می‌شود.',
  'The message.': 'پیام.',
  'There is no such message, or a tenant has its line.': 'چنین پیامی نیست، یا خط آن از آنِ حسابی است.',
  'Calls that take the header `Approval` are dangerous: two people do them. Name such a call as you would make it; who may make it himself approves it within 24 hours, and either of you makes it, once, with `Approval: apr_…`. Where nobody else may decide, it waits for 72 hours, for all to see.':
    'درخواست‌هایی که سرآیند `Approval` می‌گیرند خطرناک‌اند و دونفره انجام می‌شوند. درخواست را درست همان‌گونه که می‌خواهید بفرستید پیشنهاد کنید. کسی که خودش اجازهٔ آن را دارد ظرف ۲۴ ساعت تأییدش می‌کند، و یکی از شما دو نفر آن را یک بار با `Approval: apr_…` می‌فرستد. اگر کس دیگری نتواند تصمیم بگیرد، پیشنهاد ۷۲ ساعت پیش چشم همهٔ همکاران می‌ماند.',
  'The path of the call.': 'مسیر درخواست.',
  'The body of the call, as it will be sent.': 'بدنهٔ درخواست، همان‌گونه که فرستاده خواهد شد.',
  'Why; whoever decides reads it.': 'دلیل پیشنهاد؛ کسی که تصمیم می‌گیرد آن را می‌خواند.',
  'It waits for a decision.': 'منتظر تصمیم است.',
  '`four-eyes`: another person decides · `alone`: nobody else may, so that the proposer may approve it after `opensAt`, by another passkey · `break-glass`: a program did it at once, for the reason that its token gave.':
    '`four-eyes`: فرد دیگری تصمیم می‌گیرد · `alone`: کس دیگری نمی‌تواند؛ پیشنهاددهنده از `opensAt` به بعد می‌تواند با کلید عبور دیگری آن را تأیید کند · `break-glass`: برنامه‌ای با دسترسی اضطراری همان دم انجامش داد، به دلیلی که در توکنش آمده است.',
  'The kind of call.': 'نوع درخواست.',
  'The body of the call; null: it has none.': 'بدنهٔ درخواست؛ `null`: بدنه ندارد.',
  'Why it was proposed, or why a program broke the glass.':
    'دلیل پیشنهاد، یا دلیلی که برنامه برای دسترسی اضطراری داشت.',
  'The person (`per_…`), or the name of the program.': 'فرد (`per_…`)، یا نام برنامه.',
  'Until then it is decided, and the call is made.': 'تا این زمان باید تصمیم گرفته و درخواست فرستاده شود.',
  'The reason of the decision.': 'دلیل تصمیم.',
  'When the call was made.': 'زمان انجام درخواست.',
  'What an approval is for (path, body, reasons) is shown only of calls that you may make yourself.':
    'اینکه پیشنهاد برای چیست (مسیر، بدنه و دلیل‌ها) تنها برای درخواست‌هایی نشان داده می‌شود که خودتان اجازهٔ آن‌ها را دارید.',
  'The approval.': 'پیشنهاد، با تصمیمی که دربارهٔ آن گرفته شده است.',
  'The approval, as it is decided.': 'پیشنهاد، با تصمیمی که اکنون گرفته شد.',
  'It is not pending any more.': 'دیگر منتظر تصمیم نیست.',
  'What whoever read it is at the operator.': 'نقش خواننده نزد گرداننده.',
  'The id of what was read.': 'شناسهٔ آنچه خوانده شد.',
  'The call by which it was read.': 'درخواستی که با آن خوانده شد.',
  'True: the tenant sees it.': '`true`: حساب آن را می‌بیند.',
  'The order of a court that it was made under; null: the tenant saw it at once.':
    'حکم دادگاهی که مشاهده به استناد آن بود؛ `null`: حساب از همان آغاز آن را می‌دید.',
  'As the list shows it.': 'همان‌گونه که در فهرست می‌آید.',
  'What he may do at the licensee (docs/roles.md).': 'آنچه نزد گرداننده اجازه دارد (`docs/roles.md`).',
  'Below L2 he may do nothing yet.': 'پایین‌تر از `L2` هنوز اجازهٔ هیچ کاری ندارد.',
  'In force at his next call. Only an owner does it, and an owner is left.':
    'از درخواست بعدی او اثر دارد. تنها مالک می‌تواند این کار را بکند، و همیشه باید مالکی بماند.',
  'Null: he is none of the licensee’s people any more.': '`null`: دیگر از همکاران گرداننده نیست.',
  'What he is now.': 'نقش کنونی او.',
  'He is none of the licensee’s people.': 'از همکاران گرداننده نیست.',
  'He is the last owner (`last-owner`), or his role is another since the `version` that is named.':
    'آخرین مالک است (`last-owner`)، یا نقشش پس از `version` داده‌شده تغییر کرده است.',
  'Who accepts must have identity level 2, and be signed in by a passkey; his other sign-ins end.':
    'پذیرندهٔ دعوت باید سطح هویت ۲ داشته و با کلید عبور وارد شده باشد؛ ورودهای دیگرش پایان می‌یابد.',
  'One of `tenantId`, `ip`, `person` and `object`. A page of a block in a time window may be short and have a cursor. Each look is itself in the log, with what was looked for and the reason.':
    'یکی از `tenantId`، `ip`، `person` و `object` لازم است. وقتی بازه‌ای از نشانی‌ها را در محدوده‌ای از زمان بخواهید، شاید صفحه‌ای سطرهای کمی داشته باشد و با این حال `nextCursor` بدهد. هر نگاه به سابقه هم، با آنچه جست‌وجو شده و دلیل آن، در همین سابقه ثبت می‌شود.',
  'Empty: calls that no tenant made (operators, refused sign-ins).':
    'خالی: درخواست‌هایی که از حسابی نیست (همکاران گرداننده، ورودهای ردشده).',
  'An address or a CIDR block: what it did with all tenants. Rows of a block are in the order of month and network.':
    'یک نشانی یا بازه‌ای از نشانی‌ها (`CIDR`): آنچه از آن، در همهٔ حساب‌ها، انجام شده است. سطرهای یک بازه بر پایهٔ ماه و شبکه مرتب است.',
  'A person (`per_…`): what he did for whichever tenant, or as one of the staff.':
    'یک فرد (`per_…`): آنچه برای هر حساب، یا به عنوان همکار گرداننده، کرده است.',
  'An id (`msg_`, `bat_`, `con_`, `ten_`, `whe_`, `cli_`, `med_`, `dev_`, `ses_`, `dead_`, `per_`, `apr_`), or `sender/sms/10004346`, `route/default/sms/live`, `queue/notify`: who made it, touched it or something of it, or looked for it.':
    'یک شناسه (`msg_`، `bat_`، `con_`، `ten_`، `whe_`، `cli_`، `med_`، `dev_`، `ses_`، `dead_`، `per_`، `apr_`)، یا `sender/sms/10004346`، `route/default/sms/live`، `queue/notify`: چه کسی آن را ساخته، با آن یا چیزی از آن کار کرده، یا آن را جست‌وجو کرده است.',
  'Default: 24 hours before `to`; with `ip`, `person` or `object` any time.':
    'در نبود آن ۲۴ ساعت پیش از `to`؛ با `ip`، `person` یا `object` هر زمانی.',
  'Default: now.': 'در نبود آن اکنون.',
  'The `Request-Id` of its answer.': '`Request-Id` پاسخ آن.',
  'As Cloudflare saw it; empty: it named none.': 'آن‌گونه که کلادفلر دیده است؛ خالی: کلادفلر نشانی‌ای نگفته است.',
  'The credential, the person or the operator; null: nobody known.':
    'اعتبارنامه، فرد یا گرداننده؛ `null`: شناخته نیست.',
  'The role in which a person called; null: no person did.':
    'نقشی که فرد با آن درخواست داده است؛ `null`: درخواست از یک فرد نبود.',
  'Calls like this that the row stands for.': 'شمار درخواست‌های همانندی که این سطر به جای همهٔ آن‌هاست.',
  'The id of what it touched; a send’s message is found by its own id.':
    'شناسهٔ آنچه درخواست با آن کار داشت. پیامی را که با ارسال ساخته شده با شناسهٔ خودش پیدا کنید.',
  'Names of the fields that a change gave; their values are not kept.':
    'نام فیلدهایی که تغییر داده شد؛ مقدارشان نگه داشته نمی‌شود.',
  'The code of the problem that it was refused with.': '`code` خطایی که درخواست با آن رد شد.',
  'The id of what the object belongs to, where the call named both.':
    'شناسهٔ چیزی که `object` به آن تعلق دارد، اگر درخواست هر دو را نام برده باشد.',
  'Empty: no tenant called.': 'خالی: درخواست از حسابی نبود.',
  'Given by the operator.': 'دلیلی که گرداننده آورده است.',
  'The approval under which a dangerous act was done.': 'تأییدی که کار خطرناک با آن انجام شد.',
  'How it stood before or after an operator’s change, as the field’s name says; secrets masked. Null: it was not there, or nothing was changed.':
    'وضع آن پیش یا پس از تغییر گرداننده، چنان‌که نام فیلد می‌گوید؛ رمزها پوشیده است. `null`: در آن زمان نبود، یا چیزی تغییر نکرد.',
  'Asks no database and no queue: it tells that the script runs and its secrets could be read.':
    'نه از پایگاه داده می‌پرسد و نه از صف: تنها می‌گوید برنامه در کار است و رمزهایش خوانده شده است.',
  'It is.': 'در کار است.',
  'An OpenAPI 3.1 document.': 'سندی از نوع `OpenAPI 3.1`.',
  'A page that needs nothing else.': 'صفحه‌ای که برای نمایش به چیز دیگری نیاز ندارد.',
  'A module without imports.': 'ماژولی که ماژول دیگری را وارد نمی‌کند.',
  'A structured-field string of your choice, such as a UUID in double quotes. A repeat within 24 hours gets the same answer and makes nothing twice; secrets that are shown once are masked in it.':
    'رشته‌ای دلخواه در گیومهٔ دوتایی (به شکل سرآیندهای ساخت‌یافته)، مانند یک `UUID`. تکرار ظرف ۲۴ ساعت همان پاسخ را می‌گیرد و چیزی دو بار ساخته نمی‌شود؛ رمزهایی که تنها یک بار نشان داده می‌شوند در آن پوشیده است.',
  'The approval of this very call, which a person must name (docs/four-eyes.md): it is good for one. A program whose token breaks the glass has none.':
    'تأیید همین درخواست، که اگر فردی آن را می‌فرستد باید نام برده شود (`docs/four-eyes.md`)؛ برای یک بار است. برنامه‌ای که توکن دسترسی اضطراری دارد تأیید نمی‌خواهد.',
}
