import type { components } from '../../generated/api.d.ts'
import { words } from './language.ts'

type Reason = components['schemas']['Failure']['code']
type Sentences = Readonly<Record<Reason, string>>

/** What a person reads of why a message went wrong, and can do about it. A code that is missing fails the type check. */
const REASONS = words(
  {
    'recipient-invalid': 'The carrier knows no such recipient. Check the address.',
    'recipient-blocked': 'The recipient has blocked messages of this kind at the carrier.',
    'recipient-unreachable': 'The recipient’s device could not be reached: off, out of coverage, or full.',
    'recipient-suppressed': 'The recipient has opted out, so no carrier was called.',
    'recipient-unregistered': 'The device or account exists no more; it was taken out of the list.',
    'recipient-busy': 'The line was busy.',
    'no-answer': 'Nobody answered.',
    'session-closed': 'The time in which the person may be written to freely is over. A template would be taken.',
    'not-supported': 'No connection of the route can do what the message asks for.',
    'media-missing': 'A file of the message exists no more.',
    'sender-refused': 'The carrier does not let this account send from this sender. Ask the operator.',
    'content-refused': 'The carrier refused the words of the message.',
    'link-refused': 'The carrier refused a link in the message.',
    'connection-misconfigured': 'The carrier account is not set up rightly. The operator must act.',
    'credit-exhausted': 'The carrier account has no credit left. The operator must act.',
    'provider-throttled': 'The carrier takes fewer messages than it was given.',
    'provider-unavailable': 'The connection to the carrier failed.',
    'provider-timeout': 'The carrier gave no answer in time.',
    'provider-invalid-answer': 'The carrier’s answer could not be understood.',
    'provider-refused': 'The carrier refused the message, by its own code.',
    'validity-expired': 'The time of the message was over before it could be delivered.',
    'no-route': 'No connection carries messages of this account and channel. Ask the operator.',
    'report-overdue': 'No delivery report came in time. It may have arrived.',
    'attempt-lost': 'Chapar was interrupted while it handed the message over. The carrier may have taken it.',
    poison: 'The message could not be processed. The operator has kept it.',
    lost: 'The message was accepted, and no record of it came to the ledger. The operator is told.',
    canceled: 'It was canceled before any carrier was called.',
    'not-delivered': 'The carrier gave up, and says no more.',
    'tenant-suspended': 'The account was suspended before the message went out.',
  } satisfies Sentences,
  {
    'recipient-invalid': 'اپراتور چنین گیرنده‌ای نمی‌شناسد. نشانی را بررسی کنید.',
    'recipient-blocked': 'گیرنده نزد اپراتور جلوی این‌گونه پیام‌ها را گرفته است.',
    'recipient-unreachable': 'دستگاه گیرنده در دسترس نبود: خاموش، بیرون از پوشش یا پر.',
    'recipient-suppressed': 'گیرنده انصراف داده است؛ پیام به هیچ اپراتوری داده نشد.',
    'recipient-unregistered': 'این دستگاه یا حساب دیگر نیست و از فهرست برداشته شد.',
    'recipient-busy': 'خط مشغول بود.',
    'no-answer': 'کسی پاسخ نداد.',
    'session-closed': 'مهلت نوشتن آزادانه به این مخاطب گذشته است. تنها الگوی تأییدشده پذیرفته می‌شود.',
    'not-supported': 'هیچ اتصالی از این مسیر آنچه را پیام می‌خواهد ندارد.',
    'media-missing': 'یکی از فایل‌های پیام دیگر وجود ندارد.',
    'sender-refused': 'اپراتور به این حساب اجازهٔ ارسال از این فرستنده را نمی‌دهد. از گرداننده بپرسید.',
    'content-refused': 'اپراتور متن پیام را نپذیرفت.',
    'link-refused': 'اپراتور پیوند درون پیام را نپذیرفت.',
    'connection-misconfigured': 'حساب نزد اپراتور درست تنظیم نشده است. گرداننده باید آن را درست کند.',
    'credit-exhausted': 'اعتبار حساب نزد اپراتور تمام شده است. گرداننده باید آن را شارژ کند.',
    'provider-throttled': 'اپراتور کمتر از آنچه به او داده شد می‌پذیرد.',
    'provider-unavailable': 'ارتباط با اپراتور برقرار نشد.',
    'provider-timeout': 'اپراتور به‌موقع پاسخ نداد.',
    'provider-invalid-answer': 'پاسخ اپراتور خواندنی نبود.',
    'provider-refused': 'اپراتور پیام را نپذیرفت و کد خودش را داد.',
    'validity-expired': 'مهلت پیام پیش از رسیدن تمام شد.',
    'no-route': 'هیچ اتصالی پیام‌های این حساب و کانال را نمی‌برد. از گرداننده بپرسید.',
    'report-overdue': 'گزارش تحویل به‌موقع نیامد. شاید رسیده باشد.',
    'attempt-lost': 'چاپار هنگام سپردن پیام از کار ماند. شاید اپراتور آن را گرفته باشد.',
    poison: 'پیام پردازش‌شدنی نبود. گرداننده آن را نگه داشته است.',
    lost: 'پیام پذیرفته شد و هیچ رکوردی از آن به دفتر نرسید. گرداننده باخبر است.',
    canceled: 'پیش از سپردن به اپراتور لغو شد.',
    'not-delivered': 'اپراتور از رساندن دست کشید و دلیلی نگفت.',
    'tenant-suspended': 'حساب پیش از بیرون رفتن پیام معلق شد.',
  },
)

/** Sentence of a failure's code; a new one of the API that has no sentence yet goes by its own. */
export const reasonText = (code: string): string => (REASONS as Readonly<Record<string, string>>)[code] ?? code
