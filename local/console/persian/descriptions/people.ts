/** Persian of what is said of people: their sign-ins, passkeys and lost access, and what everybody may know of the licensee. */
export const PEOPLE: Readonly<Record<string, string>> = {
  'Identity level.': 'سطح هویت.',
  'What that role may do at the licensee; empty: none, or it is not known yet who you are (level 2).':
    'آنچه آن نقش نزد گرداننده اجازه دارد؛ خالی: هیچ، یا هنوز شناخته نشده‌اید (سطح ۲).',
  'Role at a tenant.': 'نقش در حساب.',
  'Of a suspended one: what the operator has to say about it.': 'برای حساب معلق: توضیحی که گرداننده دارد.',
  'For which you act, and as what.': 'حساب‌هایی که برایشان کار می‌کنید، با نقش شما.',
  '`link`: that of `npm run sign-in`.': '`link`: ورود با `npm run sign-in`.',
  'True of the one that asks.': '`true`: همان ورودی است که این درخواست با آن آمده است.',
  'From where; null: it was altered.': 'از کجا؛ `null`: دست‌کاری شده است.',
  'As it named itself.': 'نامی که مرورگر به خود داده است.',
  'Its last call, to five minutes.': 'آخرین درخواستش، با دقت پنج دقیقه.',
  'Its end at the latest. Left alone for twelve hours it ends earlier.':
    'دیرترین پایان آن. اگر دوازده ساعت بیکار بماند زودتر پایان می‌یابد.',
  'The last proof that it is still the person.': 'آخرین باری که ثابت شد هنوز همان فرد است.',
  'Your e-mail address. Not with an invitation.': 'نشانی رایانامهٔ شما. همراه دعوت نمی‌آید.',
  'Name of the account, as the operator lists it: that of your business, no person’s. Not with an invitation.':
    'نام حساب، آن‌گونه که گرداننده در فهرست می‌بیند: نام کسب‌وکارتان، نه نام یک فرد. همراه دعوت نمی‌آید.',
  'What stands behind `#invitation=` in the link of an invitation. You sign up without an account of your own, also where nobody else may, and accept it then.':
    'آنچه در پیوند دعوت پس از `#invitation=` می‌آید. با آن، حتی جایی که ثبت‌نام برای دیگران بسته است، بدون حسابی از آنِ خودتان ثبت‌نام می‌کنید و سپس دعوت را می‌پذیرید.',
  'What the page keeps of this step, for half an hour.': 'نشانهٔ این گام، که صفحه تا نیم ساعت نگه می‌دارد.',
  'The end of the code.': 'پایان اعتبار کد.',
  'The channel to offer next.': 'کانالی که پس از این پیشنهاد شود.',
  '`refused`: its counter went back, so a copy of it is about.':
    '`refused`: شمارندهٔ آن عقب رفته است؛ پس رونوشتی از آن هست.',
  'How the authenticator is reached, as the browser said.':
    'راه‌های ارتباط با دستگاهِ کلید عبور، آن‌گونه که مرورگر گفته است.',
  'True of one that its platform copies to your other devices.':
    '`true`: سکویش آن را روی دستگاه‌های دیگر شما هم می‌گذارد.',
  'Good for one answer, within five minutes.': 'برای یک پاسخ، ظرف پنج دقیقه.',
  'Milliseconds.': 'به هزارم ثانیه.',
  'Passkeys that you have.': 'کلیدهای عبوری که دارید.',
  'Its statement is neither asked for nor read.': 'گواهیِ درون آن نه خواسته می‌شود و نه خوانده.',
  'What `PublicKeyCredential.toJSON()` gives in the browser. Members that are not named here are not read.':
    'آنچه `PublicKeyCredential.toJSON()` در مرورگر می‌دهد. فیلدهایی که اینجا نیامده خوانده نمی‌شود.',
  'Empty: the device shows what it has.': 'خالی: دستگاه آنچه را دارد نشان می‌دهد.',
  'Whose passkey it is, as the authenticator knows.': 'کلید عبور از آنِ کیست، آن‌گونه که دستگاهِ کلید می‌داند.',
  'Name it when you ask about it.': 'هنگام پیگیری، آن را نام ببرید.',
  'False: there is no licence number, and a page says so.': '`false`: شمارهٔ پروانه‌ای نیست و صفحه‌ها آن را می‌گویند.',
  'People may make accounts by themselves.': 'هر کسی می‌تواند برای خود حساب بسازد.',
  'Number of the licence.': 'شمارهٔ پروانه.',
  'Who runs the gateway.': 'گرداننده کیست.',
  'Mail address.': 'نشانی رایانامه.',
  'Null: not said yet.': '`null`: هنوز گفته نشده است.',
  'Relying party of passkeys. A passkey works for the one that it was made for alone.':
    'دامنهٔ کلیدهای عبور. هر کلید عبور تنها در دامنه‌ای کار می‌کند که برای آن ساخته شده است.',
  'Origins whose pages may use the cookie of a sign-in.': 'مبدأهایی که صفحه‌هایشان می‌توانند کوکی ورود را به کار ببرند.',
  'What the legal pages show (`GET /.well-known/licensee`).':
    'آنچه صفحه‌های حقوقی نشان می‌دهند (`GET /.well-known/licensee`).',
  'Who had the old number; null: nobody, so that nothing can be granted.':
    'صاحب شمارهٔ پیشین؛ `null`: کسی نیست، پس پذیرفتنی نیست.',
  'The number that is said to be lost.': 'شماره‌ای که گفته می‌شود از دست رفته است.',
  'The number that who asks has proven to have.': 'شماره‌ای که درخواست‌کننده اثبات کرده از آنِ اوست.',
}
