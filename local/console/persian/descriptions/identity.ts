/** Persian of what is said of identity levels, papers and the licensee. */
export const IDENTITY: Readonly<Record<string, string>> = {
  'What a level permits the accounts that you own.': 'آنچه هر سطح به حساب‌های شما اجازه می‌دهد.',
  'Your level.': 'سطح شما.',
  '`L0` e-mail · `L1` mobile · `L2` mobile and national id · `L3` legal person.':
    '`L0` رایانامه · `L1` شمارهٔ همراه · `L2` شمارهٔ همراه و کد ملی · `L3` شخص حقوقی.',
  'The next level, and what it needs; null: there is none.': 'سطح بعدی و آنچه می‌خواهد؛ `null`: سطح بعدی نیست.',
  'Matches that may be asked for today, of 5.': 'تطبیق‌هایی که امروز هنوز می‌توان خواست، از ۵.',
  '`draft`: files are added · `submitted`: an operator has them · `approved` · `refused`.':
    '`draft`: فایل‌ها افزوده می‌شود · `submitted`: نزد گرداننده است · `approved`: تأیید شده · `refused`: رد شده.',
  'The legal person; null: it can no longer be read.': 'شخص حقوقی؛ `null`: دیگر خوانده نمی‌شود.',
  'Its files, without their words.': 'فایل‌های آن، بدون محتوایشان.',
  'Why they were refused.': 'چرا رد شده است.',
  'Papers of legal persons, the newest first.': 'مدارک اشخاص حقوقی، تازه‌ترین نخست.',
  'Messages may go out at all.': 'پیام اصلاً می‌تواند بیرون برود.',
  'Most recipients of one call; null: any number.': 'بیشترین گیرنده در هر درخواست؛ `null`: بدون محدودیت.',
  'Most messages a day; null: no cap beside the account’s own.':
    'بیشترین پیام در روز؛ `null`: سقفی جز سقف خود حساب ندارد.',
  'What each level permits in live, by the rules of accounts that people make by themselves. Test is free.':
    'آنچه هر سطح در حالت واقعی اجازه می‌دهد، به قواعد حساب‌هایی که افراد خودشان می‌سازند. حالت آزمایشی آزاد است.',
  'The registry is asked about your own verified number, and about no other. Kept are its word, the time and its reference; the id is sealed.':
    'از سامانهٔ استعلام دربارهٔ شمارهٔ تأییدشدهٔ خودتان پرسیده می‌شود، و نه شمارهٔ دیگری. پاسخ آن، زمان و شمارهٔ پیگیری‌اش نگه داشته می‌شود؛ کد ملی مهرشده است.',
  'Ten digits, in Persian, Arabic or Latin.': 'ده رقم، به فارسی، عربی یا لاتین.',
  'What the registry says.': 'آنچه سامانهٔ استعلام می‌گوید.',
  'The same in words.': 'همان، به صورت جمله.',
  'No number of yours is verified, no registry is set up, or the id cannot be used for you.':
    'شماره‌ای از شما تأیید نشده، سامانهٔ استعلامی تعیین نشده، یا این کد ملی برای شما به کار نمی‌آید.',
  'You have no try left today (`too-many-tries`).': 'امروز تلاش دیگری برایتان نمانده است (`too-many-tries`).',
  'You have the level, but not all of your accounts are known to have it yet: say it again.':
    'سطح را دارید، اما هنوز همهٔ حساب‌هایتان از آن باخبر نشده‌اند: دوباره درخواست کنید.',
  'From the level `L2` on. Then send its files, at most 10, and submit them.':
    'از سطح `L2` به بالا. سپس فایل‌هایش را، حداکثر ۱۰ تا، بفرستید و مدارک را بسپارید.',
  'Its registered name.': 'نام ثبت‌شدهٔ آن.',
  'Its national id (شناسه ملی): eleven digits.': 'شناسهٔ ملی آن: یازده رقم.',
  'Its number in the register of companies.': 'شمارهٔ ثبت شرکت.',
  'The papers.': 'مدارک.',
  'Your own identity is not known yet (`identity-required`).': 'هویت خودتان هنوز معلوم نیست (`identity-required`).',
  'You have papers already that were not refused.': 'مدارکی دارید که رد نشده است.',
  'The body is the file: application/pdf, image/jpeg, image/png, at most 10 MB. Numbers go from 1 to 10; one that is sent again replaces the file before.':
    'بدنه خود فایل است: `application/pdf`، `image/jpeg` یا `image/png`، حداکثر ۱۰ مگابایت. شماره‌ها از ۱ تا ۱۰ است؛ شماره‌ای که دوباره فرستاده شود جای فایل پیشین را می‌گیرد.',
  'The file’s name.': 'نام فایل.',
  'You have no such papers.': 'چنین مدارکی ندارید.',
  'They were submitted, or an operator has decided about them.':
    'سپرده شده است، یا گرداننده دربارهٔ آن تصمیم گرفته است.',
  'It is gone.': 'دیگر نیست.',
  'They have no file, or were submitted.': 'فایلی ندارد، یا سپرده شده است.',
  'They are gone.': 'دیگر نیست.',
  'For the landing page and the legal pages. Open to anybody, and good for a minute.':
    'برای صفحهٔ نخست و صفحه‌های حقوقی. برای همه باز است و یک دقیقه اعتبار دارد.',
  'What is public of the licensee’s settings.': 'آنچه از تنظیمات گرداننده برای همه است.',
}
