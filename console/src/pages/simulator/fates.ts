import { words } from '../../words/language.ts'

/** What a fate does, in a word and in a sentence. */
interface FateWords {
  readonly name: string
  readonly about: string
}

/** A fate of the sandbox: the last four digits of a recipient choose it (docs/sandbox.md). */
export interface Fate extends FateWords {
  readonly digits: string
}

/** Fates that are alike. */
interface FateGroup {
  readonly name: string
  readonly fates: readonly Fate[]
}

const groupNames = words(
  { arrives: 'It arrives', late: 'It takes a while', answers: 'Somebody answers', fails: 'It fails', calls: 'Calls' },
  { arrives: 'می‌رسد', late: 'دیر می‌رسد', answers: 'کسی پاسخ می‌دهد', fails: 'نمی‌رسد', calls: 'تماس' },
)

const texts = words(
  {
    f9900: { name: 'Delivered', about: 'It arrives, and its delivery is reported.' },
    f9918: { name: 'Read', about: 'It arrives, then the person reads it.' },
    f9910: { name: 'Reported twice', about: 'The carrier reports the delivery twice; it counts once.' },
    f9911: {
      name: 'Reports cross',
      about: 'Delivered, then undelivered, then submitted are reported; delivered stays.',
    },
    f9904: { name: 'Second try', about: 'The carrier defers the first attempt, and takes the next.' },
    f9908: { name: '10 s late', about: 'It arrives and is reported ten seconds later.' },
    f9928: { name: '90 s late', about: 'It arrives and is reported a minute and a half later.' },
    f9906: { name: 'Unclear first', about: 'The carrier’s answer is lost; ten seconds later it arrives.' },
    f9912: { name: 'Replies', about: 'The person answers with a message.' },
    f9913: { name: 'Says STOP', about: 'The person opts out: the next message is suppressed.' },
    f9914: { name: 'Says «لغو۱۱»', about: 'The same in Persian.' },
    f9922: { name: 'Presses 1', about: 'The person presses the key 1.' },
    f9924: { name: 'Presses a button', about: 'The person presses a button of the message.' },
    f9923: { name: 'Sends a recording', about: 'The person answers with a voice recording.' },
    f9926: { name: 'Complains', about: 'It arrives, and the person reports it as spam.' },
    f9901: { name: 'Undelivered', about: 'The handset cannot be reached.' },
    f9902: { name: 'Rejected', about: 'The carrier says at once: no such recipient.' },
    f9903: { name: 'Blocked', about: 'The person has blocked the sender.' },
    f9915: { name: 'Expired', about: 'The carrier gives up when its time is over.' },
    f9916: { name: 'Failed', about: 'The carrier reports a failure.' },
    f9917: { name: 'Always busy', about: 'The carrier defers every attempt, until the last one fails.' },
    f9925: { name: 'Bounced', about: 'The address does not exist: nothing more goes there.' },
    f9919: { name: 'Gone', about: 'The device or account exists no more.' },
    f9905: { name: 'Unknown', about: 'The carrier’s answer is lost and nothing is heard again.' },
    f9907: { name: 'Carrier down', about: 'The connection is reset.' },
    f9927: { name: 'Never heard of', about: 'Taken, and then nothing: it never arrives.' },
    f9920: { name: 'Line is busy', about: 'Busy at the first attempt, answered at the second.' },
    f9921: { name: 'Nobody answers', about: 'It rings in vain: a missed call.' },
    f9929: { name: 'Only calls arrive', about: 'A call is answered; nothing else arrives.' },
  },
  {
    f9900: { name: 'رسیده', about: 'می‌رسد و رسیدنش گزارش می‌شود.' },
    f9918: { name: 'خوانده‌شده', about: 'می‌رسد و سپس خوانده می‌شود.' },
    f9910: { name: 'دو گزارش', about: 'اپراتور رسیدن را دو بار گزارش می‌کند و یک بار شمرده می‌شود.' },
    f9911: { name: 'گزارش‌های ناهمخوان', about: 'رسیده، سپس نرسیده و سپس ارسال‌شده گزارش می‌شود و «رسیده» می‌ماند.' },
    f9904: { name: 'بار دوم', about: 'اپراتور بار نخست پس می‌زند و بار بعد می‌پذیرد.' },
    f9908: { name: '۱۰ ثانیه دیرتر', about: 'ده ثانیه دیرتر می‌رسد و گزارش می‌شود.' },
    f9928: { name: '۹۰ ثانیه دیرتر', about: 'یک دقیقه و نیم دیرتر می‌رسد و گزارش می‌شود.' },
    f9906: { name: 'نخست نامعلوم', about: 'پاسخ اپراتور گم می‌شود و ده ثانیه بعد پیام می‌رسد.' },
    f9912: { name: 'پاسخ می‌دهد', about: 'گیرنده با پیامی پاسخ می‌دهد.' },
    f9913: { name: 'انصراف به انگلیسی', about: 'گیرنده انصراف می‌دهد و پیام بعدی به او نمی‌رود.' },
    f9914: { name: '«لغو۱۱» می‌نویسد', about: 'همان انصراف، به فارسی.' },
    f9922: { name: 'کلید ۱', about: 'گیرنده کلید ۱ را فشار می‌دهد.' },
    f9924: { name: 'دکمه را می‌زند', about: 'گیرنده یکی از دکمه‌های پیام را می‌زند.' },
    f9923: { name: 'صدا می‌فرستد', about: 'گیرنده با صدای ضبط‌شده پاسخ می‌دهد.' },
    f9926: { name: 'شکایت می‌کند', about: 'می‌رسد و گیرنده آن را هرزنامه می‌خواند.' },
    f9901: { name: 'نرسیده', about: 'گوشی در دسترس نیست.' },
    f9902: { name: 'ردشده', about: 'اپراتور همان دم می‌گوید: چنین گیرنده‌ای نیست.' },
    f9903: { name: 'مسدود', about: 'گیرنده فرستنده را مسدود کرده است.' },
    f9915: { name: 'منقضی', about: 'مهلت پیام نزد اپراتور پایان می‌یابد.' },
    f9916: { name: 'ناموفق', about: 'اپراتور شکست را گزارش می‌کند.' },
    f9917: { name: 'همیشه مشغول', about: 'اپراتور همهٔ تلاش‌ها را پس می‌زند تا آخری ناموفق شود.' },
    f9925: { name: 'برگشت‌خورده', about: 'نشانی وجود ندارد: دیگر چیزی به آن نمی‌رود.' },
    f9919: { name: 'از میان رفته', about: 'دستگاه یا حساب دیگر نیست.' },
    f9905: { name: 'نامعلوم', about: 'پاسخ اپراتور گم می‌شود و دیگر خبری نمی‌آید.' },
    f9907: { name: 'اپراتور قطع است', about: 'اتصال می‌شکند.' },
    f9927: { name: 'بی‌خبر', about: 'پذیرفته می‌شود و دیگر هیچ: هرگز نمی‌رسد.' },
    f9920: { name: 'خط مشغول است', about: 'بار نخست مشغول است و بار دوم پاسخ می‌دهد.' },
    f9921: { name: 'کسی برنمی‌دارد', about: 'بیهوده زنگ می‌خورد: تماس ازدست‌رفته.' },
    f9929: { name: 'تنها تماس می‌رسد', about: 'تماس پاسخ داده می‌شود و جز آن چیزی نمی‌رسد.' },
  },
)

const of = (name: string, ...digits: (keyof typeof texts)[]): FateGroup => ({
  name,
  fates: digits.map((key) => ({ digits: key.slice(1), ...texts[key] })),
})

/** All fates, in the order in which they are shown. */
export const FATES: readonly FateGroup[] = [
  of(groupNames.arrives, 'f9900', 'f9918', 'f9910', 'f9911', 'f9904'),
  of(groupNames.late, 'f9908', 'f9928', 'f9906'),
  of(groupNames.answers, 'f9912', 'f9913', 'f9914', 'f9922', 'f9924', 'f9923', 'f9926'),
  of(
    groupNames.fails,
    ...(['f9901', 'f9902', 'f9903', 'f9915', 'f9916', 'f9917', 'f9925', 'f9919', 'f9905', 'f9907', 'f9927'] as const),
  ),
  of(groupNames.calls, 'f9920', 'f9921', 'f9929'),
]

/** Fate of a number, where its last four digits choose one. */
export const fateOf = (number: string): Fate | undefined =>
  FATES.flatMap(({ fates }) => fates).find(({ digits }) => digits === number.slice(-4))
