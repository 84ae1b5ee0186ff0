import { words } from './language.ts'

const t = words(
  {
    close: 'Close an account for good',
    rotate: 'Seal everything anew with the newest key',
    letter: 'Read what is in a dead letter',
    find: 'Find who had a national id matched',
    paper: 'Read a file of papers',
    unowned: 'Read a message to a line that nobody has',
    lift: 'Let the account see a disclosure that was hidden by an order',
    licensee: 'Change the licensee’s settings',
    role: 'Change or take away a role at the licensee',
    invite: 'Invite somebody to the licensee’s people',
    cancel: 'Cancel an invitation to the licensee’s people',
    registry: 'Choose the registry of identities',
    grant: 'Give a person his account again, under a new number',
    other: 'Another call',
  },
  {
    close: 'بستن همیشگی یک حساب',
    rotate: 'مهر کردن دوبارهٔ همه‌چیز با تازه‌ترین کلید',
    letter: 'خواندن محتوای یک کار ناموفق',
    find: 'یافتن کسی که کد ملی‌ای را تطبیق داده',
    paper: 'خواندن یکی از فایل‌های مدارک',
    unowned: 'خواندن پیامی که به خط بی‌صاحب رسیده',
    lift: 'نشان دادن مشاهده‌ای که به حکم دادگاه پنهان بود',
    licensee: 'تغییر تنظیمات گرداننده',
    role: 'تغییر یا برداشتن نقش نزد گرداننده',
    invite: 'دعوت به همکاری با گرداننده',
    cancel: 'لغو دعوت به همکاری با گرداننده',
    registry: 'تعیین سامانهٔ استعلام هویت',
    grant: 'بازگرداندن حساب یک فرد با شمارهٔ تازه',
    other: 'درخواست دیگر',
  },
)

/** Calls that two people do, as a person says them; each by its method and the shape of its path. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^POST .*\/tenants\/[^/]+\/close$/, t.close],
  [/^POST .*\/keys\/rotate$/, t.rotate],
  [/^POST .*\/dead-letters\/[^/]+\/disclose$/, t.letter],
  [/^POST .*\/identities\/find$/, t.find],
  [/^POST .*\/papers\/[^/]+\/files\/[^/]+\/disclose$/, t.paper],
  [/^POST .*\/unowned\/[^/]+\/disclose$/, t.unowned],
  [/^POST .*\/disclosures\/[^/]+\/lift$/, t.lift],
  [/^PATCH .*\/licensee$/, t.licensee],
  [/^PATCH .*\/staff\/[^/]+$/, t.role],
  [/^POST .*\/invitations$/, t.invite],
  [/^DELETE .*\/invitations\/[^/]+$/, t.cancel],
  [/^PUT .*\/identity-registry$/, t.registry],
  [/^POST .*\/lost-access\/[^/]+\/grant$/, t.grant],
]

/** Name of a call that two people do: `POST /admin/v1/tenants/ten_…/close`, or with the names of what stands in its path. */
export const callName = (call: string): string => NAMES.find(([shape]) => shape.test(call))?.[1] ?? t.other
