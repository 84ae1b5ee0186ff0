/** Persian of what is said of signing up and in, passkeys, and losing access. */
export const SIGN_IN: Readonly<Record<string, string>> = {
  'The person.': 'فرد.',
  'As your colleagues, and where you are of the licensee its other people, see it. Your number has a change of its own: `POST /v1/auth/mobile`.':
    'نام شما، آن‌گونه که همکارانتان می‌بینند، و اگر از همکاران گرداننده‌اید، دیگر همکاران او. شماره‌تان جداگانه تغییر می‌کند: `POST /v1/auth/mobile`.',
  'Your name.': 'نام شما.',
  'You, as you are now.': 'شما، آن‌گونه که اکنون هستید.',
  'Your number was changed at the same time, or what is kept of you was altered.':
    'شماره‌تان هم‌زمان تغییر کرد، یا آنچه از شما نگه داشته شده دستکاری شده است.',
  'A token of five minutes by which a tab calls `/v1` for one tenant in one mode, or, with `operator`, `/admin/v1`. It may do what your role may. It ends with your sign-in, and whenever one of your sign-ins ends: then ask anew.':
    'توکنی پنج‌دقیقه‌ای که زبانهٔ مرورگر با آن `/v1` را برای یک حساب در یک حالت درخواست می‌کند، یا با `operator`، `/admin/v1` را. همان اجازه‌هایی را دارد که نقش شما دارد. با ورود شما، و هر گاه یکی از ورودهایتان پایان یابد، پایان می‌یابد: آنگاه توکن تازه‌ای بخواهید.',
  'To act for the licensee.': 'برای کار از سوی گرداننده.',
  'The token.': 'توکن.',
  'Seconds.': 'به ثانیه.',
  'Of a tenant’s role; an operator’s token names none.': 'اجازه‌های نقشی در یک حساب؛ توکن گرداننده چیزی نام نمی‌برد.',
  'The newest first.': 'تازه‌ترین نخست.',
  'Its cookie opens nothing from now on, and all tokens of your tabs end: within five seconds everywhere.':
    'کوکی آن از این پس چیزی را باز نمی‌کند و همهٔ توکن‌های زبانه‌های شما پایان می‌یابد: حداکثر پنج ثانیه بعد، همه‌جا.',
  'It has ended.': 'پایان یافت.',
  'Ends the sign-in that calls, as `DELETE /v1/auth/sign-ins/:id` does, and deletes the cookie.':
    'ورودی را که درخواست می‌کند پایان می‌دهد، همان‌گونه که `DELETE /v1/auth/sign-ins/:id`، و کوکی را پاک می‌کند.',
  'Signed out.': 'خارج شدید.',
  'Sends a code to a mobile that no account has. Who has one is told so by SMS, and an invitation brings a code to the number alone that it is bound to; the answer is the same. What is said here counts, and nothing that comes with the code.':
    'به شمارهٔ همراهی که هیچ حسابی ندارد کد می‌فرستد. کسی که حساب دارد با پیامک از آن باخبر می‌شود، و دعوت تنها به شماره‌ای کد می‌رساند که به آن بسته است؛ پاسخ یکی است. آنچه اینجا گفته شود به حساب می‌آید، نه آنچه همراه کد بیاید.',
  'The code is on its way, if one is due; this answer is the same if none is.':
    'اگر کدی لازم باشد، در راه است؛ اگر نباشد هم پاسخ همین است.',
  'There is no such invitation.': 'چنین دعوتی نیست.',
  'No codes are sent here yet; or the invitation was used or canceled, or is over.':
    'هنوز اینجا کدی فرستاده نمی‌شود؛ یا دعوت استفاده یا لغو شده، یا مهلتش گذشته است.',
  'Too many codes to this number, or from this network.': 'کدهای زیادی به این شماره، یا از این شبکه، خواسته شده است.',
  'Makes the person, and an account whose owner he is; of who brought an invitation the person alone. The answer sets the cookie.':
    'فرد را می‌سازد و حسابی که مالکش اوست؛ برای کسی که با دعوت آمده تنها فرد را. پاسخ کوکی را می‌گذارد.',
  '`ceremony` of the answer that began this step.': '`ceremony` پاسخی که این گام را آغاز کرد.',
  'The code, in any digits.': 'کد، با هر گونه رقم.',
  'Signed up and in.': 'ثبت‌نام شد و وارد شدید.',
  'Of the person.': 'شناسهٔ فرد.',
  'Null of who brought an invitation.': 'برای کسی که با دعوت آمده `null`.',
  'The mobile has an account since, or the invitation is over.':
    'شماره در این میان حسابی گرفته، یا مهلت دعوت گذشته است.',
  'The code is wrong, or its step has ended.': 'کد نادرست است، یا گام آن پایان یافته است.',
  'Sends a code to the mobile of who has an account and no passkey. To any other number nothing is sent, and the answer is the same.':
    'به شمارهٔ همراه کسی که حساب دارد و کلید عبور ندارد کد می‌فرستد. به هیچ شمارهٔ دیگری چیزی فرستاده نمی‌شود، و پاسخ یکی است.',
  'Mobile number, in E.164 or as its country writes it.': 'شمارهٔ همراه، به شکل `E.164` یا آن‌گونه که در کشورش می‌نویسند.',
  'Language of the text; default that of the account that sends it.':
    'زبان متن؛ در نبود آن زبان حسابی که آن را می‌فرستد.',
  'No codes are sent here yet: the operator has to set that up.':
    'هنوز اینجا کدی فرستاده نمی‌شود: گرداننده باید آن را راه بیندازد.',
  'The answer sets the cookie.': 'پاسخ کوکی را می‌گذارد.',
  'Signed in.': 'وارد شدید.',
  '`voice`: a call reads it out.': '`voice`: در تماسی خوانده می‌شود.',
  'Good for ten minutes, for those calls that answer `step-up-required`. The answer sets the cookie. Tokens of tabs have to be asked for anew.':
    'ده دقیقه اعتبار دارد، برای درخواست‌هایی که `step-up-required` پاسخ می‌دهند. پاسخ کوکی را می‌گذارد. توکن‌های زبانه‌ها را باید از نو خواست.',
  'It is you.': 'خود شمایید.',
  'Name of the account.': 'نام حساب.',
  'The account, whose owner you are.': 'حسابی که مالکش شمایید.',
  'You have three that nobody has vouched for yet.': 'سه حساب دارید که هنوز کسی تأییدشان نکرده است.',
  'For good: name, mobile and e-mail address are erased, and every sign-in ends. Tenants stay; whose only owner you are has to be closed or handed on before.':
    'برای همیشه: نام، شمارهٔ همراه و نشانی رایانامه پاک می‌شود و همهٔ ورودها پایان می‌یابد. حساب‌های دیگر می‌مانند؛ آن‌ها که تنها مالکشان شمایید باید پیش از آن بسته یا واگذار شوند.',
  'Closed.': 'بسته شد.',
  'An open tenant would be left without an owner.': 'حساب بازی بی‌مالک می‌ماند.',
  'Your mobile number must be the one that was invited.': 'شمارهٔ همراه شما باید همان باشد که دعوت شده است.',
  'What you are now. A member keeps the role that he had.':
    'آنچه اکنون هستید. کسی که عضو بوده نقش پیشینش را نگه می‌دارد.',
  'Account that you may act for, within 5 seconds; null: you are of the licensee’s people.':
    'حسابی که حداکثر ۵ ثانیه بعد می‌توانید برایش کار کنید؛ `null`: از همکاران گرداننده‌اید.',
  'It is for another number than yours.': 'برای شمارهٔ دیگری جز شمارهٔ شماست.',
  'It was used or canceled, or is over.': 'استفاده یا لغو شده، یا مهلتش گذشته است.',
  'The oldest first.': 'قدیمی‌ترین نخست.',
  'Gives what `navigator.credentials.create()` wants. The passkey has to be one that signs in without a name, on a device that checks who uses it. Wants a sign-in or a step-up of the last ten minutes.':
    'آنچه را `navigator.credentials.create()` می‌خواهد می‌دهد. کلید عبور باید بدون نام وارد کند و روی دستگاهی باشد که کاربرش را بررسی می‌کند. ورود یا اثبات دوباره‌ای از ده دقیقهٔ گذشته می‌خواهد.',
  'The options.': 'گزینه‌ها.',
  'Takes what the browser made of the options. From your first passkey on, no code alone signs you in or steps up. The challenge counts once, for the sign-in that asked.':
    'آنچه را مرورگر از گزینه‌ها ساخته می‌گیرد. از نخستین کلید عبورتان به بعد، کد به‌تنهایی نه شما را وارد می‌کند و نه اثبات دوباره است. آزمون یک بار پذیرفته می‌شود، برای همان ورودی که آن را خواسته است.',
  'The passkey.': 'کلید عبور.',
  'It is there already, or you have twenty.': 'از پیش هست، یا بیست تا دارید.',
  'The passkey is not taken (`passkey-refused`); `reason` says why.':
    'کلید عبور پذیرفته نشد (`passkey-refused`)؛ `reason` می‌گوید چرا.',
  'Once the last one is gone, codes sign you in again. It is not removed where you could not come in any more: without a verified mobile, and of operators, who sign in by passkey only. Wants a step-up.':
    'وقتی آخرین کلید عبور برود، کد دوباره شما را وارد می‌کند. اگر پس از آن دیگر نتوانید وارد شوید حذف نمی‌شود: بدون شمارهٔ همراه تأییدشده، و برای همکاران گرداننده، که تنها با کلید عبور وارد می‌شوند. اثبات دوباره می‌خواهد.',
  'It is removed.': 'حذف شد.',
  'You could not sign in any more.': 'دیگر نمی‌توانستید وارد شوید.',
  'Gives what `navigator.credentials.get()` wants. No name is asked for, and no passkey is named. A cookie binds the challenge to this browser.':
    'آنچه را `navigator.credentials.get()` می‌خواهد می‌دهد. نه نامی پرسیده می‌شود و نه کلید عبوری نام برده می‌شود. کوکی آزمون را به همین مرورگر می‌بندد.',
  'Takes the browser’s answer, and sets the cookie. What this browser was signed in as before has ended then.':
    'پاسخ مرورگر را می‌گیرد و کوکی را می‌گذارد. ورودی که این مرورگر پیش از آن داشته پایان یافته است.',
  'Signed in; `GET /v1/auth/me` says as whom.': 'وارد شدید؛ `GET /v1/auth/me` می‌گوید به نام چه کسی.',
  'Proves anew that it is you, which is good for ten minutes, and sets a new cookie. Get new tokens for your tabs.':
    'از نو اثبات می‌کند که خود شمایید، که ده دقیقه اعتبار دارد، و کوکی تازه‌ای می‌گذارد. برای زبانه‌هایتان توکن تازه بگیرید.',
  'Stepped up.': 'دوباره اثبات شد.',
  'Sends a code to the number that you have. What is said here counts, and nothing that comes with a code. Wants a step-up: by passkey of who has one. Who has the old number no more asks the operators (`POST /v1/auth/lost-access`).':
    'به شماره‌ای که دارید کد می‌فرستد. آنچه اینجا گفته شود به حساب می‌آید، نه آنچه همراه کد بیاید. اثبات دوباره می‌خواهد: با کلید عبور، برای کسی که دارد. کسی که شمارهٔ پیشین را دیگر ندارد از گرداننده می‌خواهد (`POST /v1/auth/lost-access`).',
  'The new number.': 'شمارهٔ تازه.',
  'Takes the code that went to the number that you have, and sends one to the new number.':
    'کدی را که به شمارهٔ کنونی‌تان رفته می‌گیرد و کدی به شمارهٔ تازه می‌فرستد.',
  'Takes the code that went to the new number. Your other sign-ins and the tokens of all tabs end. Level 2, which is of a number and a national id together, falls to 1.':
    'کدی را که به شمارهٔ تازه رفته می‌گیرد. ورودهای دیگرتان و توکن‌های همهٔ زبانه‌ها پایان می‌یابد. سطح ۲، که از شماره و کد ملی با هم است، به ۱ می‌رسد.',
  'It is changed.': 'تغییر کرد.',
  'Somebody else has an account with this number, or another sign-in asked for the change.':
    'دیگری با این شماره حسابی دارد، یا ورود دیگری این تغییر را خواسته است.',
  'For who has neither passkey nor number any more. Sends a code to your new number; the answer is the same whether the old one has an account or not.':
    'برای کسی که دیگر نه کلید عبور دارد و نه شماره. به شمارهٔ تازه‌تان کد می‌فرستد؛ پاسخ یکی است، شمارهٔ پیشین حسابی داشته باشد یا نه.',
  'The number of your account, which you have lost.': 'شمارهٔ حسابتان، که از دست داده‌اید.',
  'The number that you have now.': 'شماره‌ای که اکنون دارید.',
  'What happened, and how the operators can know that it is you.':
    'چه پیش آمده است، و همکاران گرداننده از کجا بدانند که خود شمایید.',
  'Takes the code that went to your new number. Two operators decide, who will want to know you.':
    'کدی را که به شمارهٔ تازه‌تان رفته می‌گیرد. دو نفر از همکاران گرداننده تصمیم می‌گیرند و می‌خواهند شما را بشناسند.',
  'The operators see it.': 'همکاران گرداننده آن را می‌بینند.',
  'Identity level.': 'سطح هویت.',
  'What that role may do at the licensee; empty: none, or it is not known yet who you are (level 2).':
    'آنچه آن نقش نزد گرداننده اجازه دارد؛ خالی: هیچ، یا هنوز شناخته نشده‌اید (سطح ۲).',
  'Role at a tenant.': 'نقش در حساب.',
  'Of a suspended one: what the operator has to say about it.': 'برای حساب معلق: توضیحی که گرداننده دارد.',
  'For which you act, and as what.': 'حساب‌هایی که برایشان کار می‌کنید، با نقش شما.',
  '`link`: that of `npm run sign-in`.': '`link`: ورود با `npm run sign-in`.',
  'True of the one that asks.': '`true`: همان ورودی است که این درخواست با آن آمده است.',
  'From where; null: it was altered.': 'از کجا؛ `null`: دستکاری شده است.',
  'As it named itself.': 'نامی که مرورگر به خود داده است.',
  'Its last call, to five minutes.': 'آخرین درخواستش، با دقت پنج دقیقه.',
  'Its end at the latest. Left alone for twelve hours it ends earlier.':
    'دیرترین پایان آن. اگر دوازده ساعت بیکار بماند زودتر پایان می‌یابد.',
  'The last proof that it is still the person.': 'آخرین باری که ثابت شد هنوز همان فرد است.',
  'Your e-mail address. Not with an invitation.': 'نشانی رایانامهٔ شما. همراه دعوت نمی‌آید.',
  'Name of the account, as the operator lists it: that of your business, no person’s. Not with an invitation.':
    'نام حساب، آن‌گونه که گرداننده در فهرست می‌بیند: نام کسب‌وکارتان، نه نام یک فرد. همراه دعوت نمی‌آید.',
  'What stands behind `#invitation=` in the link of an invitation. You sign up without an account of your own, also where nobody else may, and accept it then.':
    'آنچه در پیوند دعوت پس از `#invitation=` می‌آید. با آن، حتی اگر ثبت‌نام برای دیگران بسته باشد، بدون حسابی از آنِ خودتان ثبت‌نام می‌کنید و سپس دعوت را می‌پذیرید.',
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
  'Milliseconds.': 'به میلی‌ثانیه.',
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
