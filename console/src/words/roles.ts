import type { Role, Scope } from '../../generated/roles.ts'
import { words } from './language.ts'
import { LICENSEE_ROLES, ROLES } from './said/roles.ts'

/** Names of the roles of a tenant's people. */
export const roleNames = words(
  {
    owner: 'Owner',
    admin: 'Admin',
    developer: 'Developer',
    sender: 'Sender',
    support: 'Support',
    finance: 'Finance',
    auditor: 'Auditor',
    viewer: 'Viewer',
  } satisfies Record<Role, string>,
  ROLES satisfies Record<Role, string>,
)

/** Names of those roles of the licensee's people that no tenant has. */
const licenseeNames = words({ operator: 'Operator', program: 'A program' }, { ...LICENSEE_ROLES, program: 'یک برنامه' })

/** Name of a role, or of a licensee's program; a new one that has no word yet goes by its own. */
export const roleName = (role: string): string =>
  ({ ...roleNames, ...licenseeNames })[role as keyof typeof roleNames] ?? role

/** What each scope permits, as a person says it. */
export const scopeWords = words(
  {
    'account:read': 'See the account: its limits, its rules, its level',
    'messages:send': 'Send and cancel messages',
    'messages:read': 'Read messages and batches',
    'statistics:read': 'See statistics',
    'webhooks:read': 'See webhook endpoints and what was posted to them',
    'webhooks:write': 'Change webhook endpoints, test and replay',
    'suppressions:read': 'See who has opted out',
    'suppressions:write': 'Add and remove opt-outs',
    'media:read': 'See and download files',
    'media:write': 'Upload and delete files',
    'devices:read': 'See devices',
    'devices:write': 'Register, change and remove devices',
    'sessions:read': 'Read USSD sessions',
    'verifications:read': 'See verifications',
    'verifications:write': 'Send, check and cancel codes',
    'senders:read': 'See the senders',
    'requests:read': 'See the access log',
    'people:read': 'See who is in the team',
    'people:write': 'Invite people, change roles, remove people',
    'keys:read': 'See API keys',
    'keys:write': 'Make and revoke API keys',
  } satisfies Record<Scope, string>,
  {
    'account:read': 'دیدن حساب: سقف‌ها، قاعده‌ها و سطح آن',
    'messages:send': 'فرستادن و لغو پیام',
    'messages:read': 'خواندن پیام‌ها و دسته‌ها',
    'statistics:read': 'دیدن آمار',
    'webhooks:read': 'دیدن وب‌هوک‌ها و آنچه به آن‌ها رفته',
    'webhooks:write': 'تغییر و آزمایش وب‌هوک‌ها و ارسال دوباره',
    'suppressions:read': 'دیدن کسانی که انصراف داده‌اند',
    'suppressions:write': 'افزودن و برداشتن انصراف',
    'media:read': 'دیدن و دریافت فایل‌ها',
    'media:write': 'بارگذاری و حذف فایل',
    'devices:read': 'دیدن دستگاه‌ها',
    'devices:write': 'ثبت، تغییر و حذف دستگاه',
    'sessions:read': 'خواندن نشست‌های کد دستوری',
    'verifications:read': 'دیدن تأییدها',
    'verifications:write': 'فرستادن، بررسی و لغو کد',
    'senders:read': 'دیدن فرستنده‌ها',
    'requests:read': 'دیدن سابقهٔ دسترسی',
    'people:read': 'دیدن اعضای تیم',
    'people:write': 'دعوت، تغییر نقش و حذف اعضا',
    'keys:read': 'دیدن کلیدهای برنامه',
    'keys:write': 'ساختن و باطل کردن کلیدهای برنامه',
  } satisfies Record<Scope, string>,
)
