/** Persian of what is said of statistics, of messages and of verifications. */
export const STATISTICS: Readonly<Record<string, string>> = {
  'Beginning of what is counted.': 'آغاز آنچه شمرده شده است.',
  'End of it.': 'پایان آن.',
  'What was accepted since is not counted yet. Null: nothing is.':
    'آنچه پس از آن پذیرفته شده هنوز شمرده نشده است. `null`: چیزی شمرده نشده است.',
  'What was accepted since stands here as it stood when it was counted first; what was accepted before is at most a minute behind.':
    'آنچه پس از آن پذیرفته شده همان‌گونه آمده که بار نخست شمرده شد؛ آنچه پیش از آن است حداکثر یک دقیقه عقب است.',
  'Beginnings of all hours, days or months, also of those in which nothing was accepted.':
    'آغاز همهٔ ساعت‌ها، روزها یا ماه‌ها، حتی آن‌ها که چیزی در آن پذیرفته نشد.',
  'In the order of time, channel and direction, without those of no message.':
    'به ترتیب زمان، کانال و جهت؛ بدون آن‌ها که پیامی ندارد.',
  'Beginning of the hour, day or month; there if `by` names one.':
    'آغاز ساعت، روز یا ماه؛ تنها اگر `by` یکی از آن‌ها را نام ببرد می‌آید.',
  'There if `by` names it.': 'تنها اگر `by` آن را نام ببرد می‌آید.',
  'Messages that were accepted then.': 'پیام‌هایی که در آن زمان پذیرفته شد.',
  'What is billed of them: segments, started minutes, else 1 each.':
    'آنچه از آن‌ها حساب می‌شود: بخش‌ها، دقیقه‌های آغازشده، و در دیگر کانال‌ها هر پیام یکی.',
  'Of them delivered, read or received.': 'از میان آن‌ها: رسیده، خوانده یا دریافت‌شده.',
  'Of them ended otherwise: failed, expired, undelivered, rejected, canceled, suppressed or unknown.':
    'از میان آن‌ها: پایان‌یافته به شکلی دیگر، یعنی ناموفق، منقضی، نرسیده، ردشده، لغوشده، انصراف گیرنده یا نامعلوم.',
  'Of them neither yet: accepted, or submitted and not reported.':
    'از میان آن‌ها: هنوز هیچ‌یک از این دو؛ پذیرفته، یا سپرده‌شده و بی‌گزارش.',
  'Of them by status; one that none has is not there.': 'همان پیام‌ها به تفکیک وضعیت؛ وضعیتی که پیامی ندارد نیامده است.',
  'Delivered messages that it is made of.': 'شمار پیام‌های رسیده‌ای که این زمان‌ها از آن‌ها به دست آمده است.',
  'Half of them came within this.': 'نیمی از آن‌ها ظرف این زمان رسید.',
  '95 of 100 came within this.': '۹۵ تا از هر ۱۰۰ تا ظرف این زمان رسید.',
  'From acceptance until the report came; read off classes of which each ends at 1.41 times its beginning. Null: none was reported.':
    'از پذیرش پیام تا آمدن گزارش؛ از رده‌هایی خوانده می‌شود که پایان هر یک ۱٫۴۱ برابر آغاز آن است. `null`: رسیدن هیچ پیامی گزارش نشده است.',
  'Beginnings of all hours, days or months, also of those in which nothing began.':
    'آغاز همهٔ ساعت‌ها، روزها یا ماه‌ها، حتی آن‌ها که تأییدی در آن آغاز نشد.',
  'In the order of time, prefix, channel and reason, without those of no verification.':
    'به ترتیب زمان، پیش‌شماره، کانال و دلیل؛ بدون آن‌ها که تأییدی ندارد.',
  'How the numbers begin: `+989121`. Null: mail addresses and the like, and numbers beyond the first 500 beginnings of a day. There if `by` names it.':
    'آغاز شماره‌ها: `+989121`. `null`: نشانی‌های رایانامه و مانند آن، و شماره‌هایی که پس از ۵۰۰ پیش‌شمارهٔ نخست روز می‌آیند. تنها اگر `by` آن را نام ببرد می‌آید.',
  'Of the last code. There if `by` names it.': 'کانال آخرین کد. تنها اگر `by` آن را نام ببرد می‌آید.',
  'What the guard had against them, also where it only watches, or `too-many-checks` of their recipients. Null: nothing. There if `by` names it.':
    'ایرادی که نگهبان به آن‌ها داشت، حتی وقتی تنها ثبت می‌کند، یا `too-many-checks` گیرندگانشان. `null`: ایرادی نبود. تنها اگر `by` آن را نام ببرد می‌آید.',
  'Verifications that began then, also those that were held back.':
    'تأییدهایی که در آن زمان آغاز شد، با آن‌ها که جلویشان گرفته شد.',
  'Of them with a code that went out.': 'از میان آن‌ها، تأییدهایی که کدی از آن‌ها بیرون رفت.',
  'Of those: a carrier reported a code as delivered, or its use proves it.':
    'از میان این‌ها، آن‌ها که اپراتور رسیدن کدی را گزارش کرد، یا به‌کاررفتن کد آن را ثابت می‌کند.',
  'Of those sent: none is known to have arrived, and the last one not to, or maybe not.':
    'از میان فرستاده‌ها، آن‌ها که رسیدن هیچ کدی از آن‌ها دانسته نیست و آخرین کد نرسید، یا شاید نرسید.',
  'Of all: the right code was checked, or feedback says so.':
    'از همه، آن‌ها که کد درستشان بررسی شد، یا گزارش نتیجه چنین می‌گوید.',
  'Of all: every check was wrong, or feedback says so.':
    'از همه، آن‌ها که همهٔ بررسی‌هایشان نادرست بود، یا گزارش نتیجه چنین می‌گوید.',
  'Of all: held back by the guard, or by too many wrong checks of the recipient.':
    'از همه، آن‌ها که نگهبان، یا بررسی‌های نادرست زیاد برای گیرنده، جلویشان را گرفت.',
  'Of all: canceled, or the code could not be queued.': 'از همه، آن‌ها که لغو شدند یا کدشان به صف نرفت.',
  'Of all: nobody ended them, and no code of theirs can be valid any more.':
    'از همه، آن‌ها که کسی پایانشان نداد و دیگر هیچ کدی از آن‌ها معتبر نیست.',
  'Of all: none of these yet. Up to an hour and a half old.':
    'از همه، آن‌ها که هنوز به هیچ‌یک از این‌ها نرسیده‌اند؛ حداکثر یک ساعت و نیم از آغازشان گذشته است.',
  'There if `by` names it; null: no carrier was chosen.':
    'تنها اگر `by` آن را نام ببرد می‌آید؛ `null`: اپراتوری انتخاب نشد.',
}
