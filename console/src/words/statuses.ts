import { words } from './language.ts'

/** How good a state is: it decides colour and mark, never alone (the word stands beside). */
export type Tone = 'good' | 'open' | 'warn' | 'bad' | 'quiet'

const names = words(
  {
    accepted: 'Accepted',
    scheduled: 'Scheduled',
    submitted: 'With the carrier',
    delivered: 'Delivered',
    read: 'Read',
    unknown: 'Unknown',
    failed: 'Failed',
    expired: 'Expired',
    undelivered: 'Undelivered',
    rejected: 'Rejected',
    canceled: 'Canceled',
    suppressed: 'Suppressed',
    received: 'Received',
    active: 'Active',
    pending: 'Pending',
    suspended: 'Suspended',
    closed: 'Closed',
    disabled: 'Disabled',
    refused: 'Refused',
    approved: 'Approved',
    blocked: 'Blocked',
    revoked: 'Revoked',
  },
  {
    accepted: 'پذیرفته',
    scheduled: 'زمان‌بندی‌شده',
    submitted: 'نزد اپراتور',
    delivered: 'رسیده',
    read: 'خوانده‌شده',
    unknown: 'نامعلوم',
    failed: 'ناموفق',
    expired: 'منقضی',
    undelivered: 'نرسیده',
    rejected: 'ردشده',
    canceled: 'لغوشده',
    suppressed: 'انصراف گیرنده',
    received: 'دریافتی',
    active: 'فعال',
    pending: 'در انتظار',
    suspended: 'معلق',
    closed: 'بسته',
    disabled: 'خاموش',
    refused: 'ردشده',
    approved: 'تأییدشده',
    blocked: 'مسدود',
    revoked: 'باطل‌شده',
  },
)

const TONES: Readonly<Record<string, Tone>> = {
  delivered: 'good',
  read: 'good',
  received: 'good',
  active: 'good',
  approved: 'good',
  accepted: 'open',
  scheduled: 'open',
  submitted: 'open',
  pending: 'warn',
  unknown: 'warn',
  suppressed: 'quiet',
  canceled: 'quiet',
  closed: 'quiet',
  disabled: 'quiet',
  failed: 'bad',
  expired: 'bad',
  undelivered: 'bad',
  rejected: 'bad',
  suspended: 'bad',
  refused: 'bad',
  blocked: 'bad',
  revoked: 'quiet',
}

/** Name of a state of anything; a new one of the API that has no word yet goes by its own. */
export const statusName = (status: string): string => (names as Readonly<Record<string, string>>)[status] ?? status

/** Tone of a state; what is not known is quiet. */
export const toneOf = (status: string): Tone => TONES[status] ?? 'quiet'
