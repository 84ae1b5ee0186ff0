import { words } from '../words/language.ts'

const groups = words(
  { see: 'See', send: 'Send', build: 'Build', run: 'Run', decide: 'Decide' },
  { see: 'دیدن', send: 'فرستادن', build: 'ساختن', run: 'گرداندن', decide: 'تصمیم' },
)

const names = words(
  {
    home: 'Home',
    messages: 'Messages',
    verifications: 'Verifications',
    compose: 'Compose',
    inbox: 'Inbox',
    sessions: 'USSD sessions',
    media: 'Files',
    simulator: 'Simulator',
    developers: 'Developers',
    team: 'Team',
    senders: 'Senders',
    suppressions: 'Opt-outs',
    devices: 'Devices',
    batches: 'Batches',
    health: 'Health',
    traffic: 'Traffic',
    connections: 'Connections',
    routes: 'Routes',
    keys: 'Keys',
    deadLetters: 'Dead letters',
    unowned: 'Unowned messages',
    accessLog: 'Access log',
    disclosures: 'Disclosures',
    approvals: 'Approvals',
    review: 'Review queue',
    tenants: 'Accounts',
    settings: 'Settings',
    staff: 'Staff',
    licensee: 'Licensee',
  },
  {
    home: 'خانه',
    messages: 'پیام‌ها',
    verifications: 'تأییدها',
    compose: 'نوشتن پیام',
    inbox: 'صندوق ورودی',
    sessions: 'نشست‌های کد دستوری',
    media: 'فایل‌ها',
    simulator: 'شبیه‌ساز',
    developers: 'توسعه‌دهندگان',
    team: 'تیم',
    senders: 'فرستنده‌ها',
    suppressions: 'انصراف‌ها',
    devices: 'دستگاه‌ها',
    batches: 'دسته‌ها',
    health: 'سلامت سامانه',
    traffic: 'آمار پیام‌ها',
    connections: 'اتصال‌ها',
    routes: 'مسیرها',
    keys: 'کلیدها',
    deadLetters: 'کارهای ناموفق',
    unowned: 'پیام‌های بی‌صاحب',
    accessLog: 'سابقهٔ دسترسی',
    disclosures: 'مشاهده‌ها',
    approvals: 'کارهای دونفره',
    review: 'صف بررسی',
    tenants: 'حساب‌ها',
    settings: 'تنظیمات',
    staff: 'همکاران',
    licensee: 'گرداننده',
  },
)

/** A page that the navigation names. `scope`: who lacks it does not see the page; null: everybody does. */
export interface NavigationItem {
  readonly path: string
  readonly name: string
  readonly scope: string | null
}

/** A part of the navigation. */
export interface NavigationGroup {
  readonly name: string
  readonly items: readonly NavigationItem[]
}

/** Pages of a tenant, below `/t/<tenant>/<mode>/`. */
export const tenantNavigation: readonly NavigationGroup[] = [
  {
    name: groups.see,
    items: [
      { path: '', name: names.home, scope: null },
      { path: 'messages', name: names.messages, scope: 'messages:read' },
      { path: 'inbox', name: names.inbox, scope: 'messages:read' },
      { path: 'batches', name: names.batches, scope: 'messages:read' },
      { path: 'verifications', name: names.verifications, scope: 'verifications:read' },
      { path: 'sessions', name: names.sessions, scope: 'sessions:read' },
    ],
  },
  { name: groups.send, items: [{ path: 'compose', name: names.compose, scope: 'messages:send' }] },
  {
    name: groups.build,
    items: [
      { path: 'simulator', name: names.simulator, scope: 'messages:read' },
      { path: 'developers', name: names.developers, scope: null },
    ],
  },
  {
    name: groups.run,
    items: [
      { path: 'senders', name: names.senders, scope: 'senders:read' },
      { path: 'suppressions', name: names.suppressions, scope: 'suppressions:read' },
      { path: 'devices', name: names.devices, scope: 'devices:read' },
      { path: 'media', name: names.media, scope: 'media:read' },
      { path: 'team', name: names.team, scope: 'people:read' },
      { path: 'requests', name: names.accessLog, scope: 'requests:read' },
      { path: 'settings', name: names.settings, scope: 'account:read' },
    ],
  },
]

/** Pages of the licensee, below `/operator/`. */
export const operatorNavigation: readonly NavigationGroup[] = [
  {
    name: groups.run,
    items: [
      { path: '', name: names.health, scope: 'health:read' },
      { path: 'traffic', name: names.traffic, scope: 'health:read' },
      { path: 'connections', name: names.connections, scope: 'connections:read' },
      { path: 'routes', name: names.routes, scope: 'connections:read' },
      { path: 'dead-letters', name: names.deadLetters, scope: 'health:read' },
      { path: 'unowned', name: names.unowned, scope: 'unowned:read' },
      { path: 'access-log', name: names.accessLog, scope: 'requests:read' },
      { path: 'disclosures', name: names.disclosures, scope: 'disclosures:read' },
      { path: 'keys', name: names.keys, scope: 'keys:read' },
    ],
  },
  {
    name: groups.decide,
    items: [
      { path: 'tenants', name: names.tenants, scope: 'tenants:read' },
      { path: 'review', name: names.review, scope: 'identity:read' },
      { path: 'approvals', name: names.approvals, scope: 'approvals:read' },
      { path: 'staff', name: names.staff, scope: 'staff:read' },
      { path: 'licensee', name: names.licensee, scope: 'licensee:read' },
    ],
  },
]
