import { channelName } from '../../words/common.ts'
import { partsOf, zone } from '../../words/format.ts'
import { language, words } from '../../words/language.ts'
import { statusName } from '../../words/statuses.ts'
import type { Cell } from './cells.ts'
import type { CsvColumn } from './csv.ts'

/** Headings of the columns, by the fields of the API's rows. A field that has none here stands in no file. */
const NAMES = words(
  {
    acceptedAt: 'Accepted at',
    actor: 'By whom',
    address: 'Address',
    allowedIps: 'From addresses',
    app: 'App',
    approval: 'Approval',
    at: 'Time',
    attempt: 'Attempt',
    batchId: 'Batch',
    browser: 'Browser',
    bytes: 'Bytes',
    canceledAt: 'Canceled',
    ceiling: 'Ceiling',
    channel: 'Channel',
    clientId: 'Client id',
    clientRef: 'Your reference',
    closedAt: 'Closed',
    'company.name': 'Company',
    'company.nationalId': 'National id of the company',
    'company.registrationNumber': 'Registration number',
    concurrency: 'At once',
    connectionId: 'Connection',
    connections: 'Connections',
    count: 'Count',
    country: 'Country',
    createdAt: 'Made',
    'price.currency': 'Currency',
    decidedAt: 'Decided',
    decidedBy: 'Decided by',
    decision: 'Decision',
    description: 'Description',
    direction: 'Direction',
    durationMs: 'Milliseconds',
    email: 'E-mail',
    encoding: 'Encoding',
    eventIds: 'Events',
    events: 'Hears',
    expiresAt: 'Until',
    failingSince: 'Failing since',
    'failure.carrierCode': 'Carrier’s code',
    'failure.code': 'Reason of failure',
    'failure.detail': 'Carrier’s words',
    fields: 'Fields',
    from: 'From',
    'guard.reason': 'Reason of the guard',
    httpStatus: 'Answer',
    id: 'Id',
    identityLevel: 'Identity level',
    inReplyTo: 'In reply to',
    ip: 'IP address',
    isCurrent: 'This browser',
    isDefault: 'Default',
    items: 'Items',
    joinedAt: 'Joined',
    kind: 'Kind',
    lastUsedAt: 'Last used',
    lineClass: 'Class of line',
    madeBy: 'Made by',
    messageId: 'Message',
    method: 'Method',
    mobile: 'Mobile number',
    mode: 'Mode',
    name: 'Name',
    network: 'Network',
    newMobile: 'New number',
    nextAt: 'Next attempt',
    object: 'About',
    operation: 'Call',
    others: 'Others of the company',
    outcome: 'Outcome',
    pack: 'Rules',
    accepted: 'Accepted',
    path: 'Path',
    percent: 'Percent',
    personId: 'Person',
    'price.amount': 'Price (minor units)',
    problem: 'Problem',
    proposedAt: 'Proposed',
    proposedBy: 'Proposed by',
    provider: 'Provider',
    purpose: 'Purpose',
    queue: 'Queue',
    rate: 'A second',
    reason: 'Reason',
    receivedAt: 'Came in',
    recipient: 'Recipient',
    rejected: 'Rejected',
    replayedAt: 'Replayed',
    resendOf: 'Sent again',
    revokedAt: 'Revoked',
    role: 'Role',
    route: 'Path',
    scope: 'Of what',
    scopes: 'Scopes',
    seenAt: 'Last seen',
    sender: 'Sender',
    source: 'How',
    startedAt: 'Began',
    state: 'State',
    status: 'State',
    submittedAt: 'Submitted',
    tags: 'Tags',
    tenantId: 'Account',
    text: 'Text',
    timeZone: 'Time zone',
    to: 'To',
    total: 'Total',
    turnCount: 'Turns',
    type: 'Type',
    'underOrder.isLifted': 'Order lifted',
    'underOrder.reference': 'Order',
    units: 'Units',
    updatedAt: 'Last change',
    url: 'URL',
    used: 'Used',
    usedAt: 'Done',
    usedBy: 'Done by',
    user: 'User',
    words: 'In their words',
  },
  {
    acceptedAt: 'زمان پذیرش',
    actor: 'چه کسی',
    address: 'نشانی',
    allowedIps: 'از نشانی‌های شبکه',
    app: 'برنامه',
    approval: 'تأیید',
    at: 'زمان',
    attempt: 'شمارهٔ تلاش',
    batchId: 'دسته',
    browser: 'مرورگر',
    bytes: 'بایت',
    canceledAt: 'زمان لغو',
    ceiling: 'سقف',
    channel: 'کانال',
    clientId: 'شناسهٔ برنامه',
    clientRef: 'مرجع شما',
    closedAt: 'زمان بسته شدن',
    'company.name': 'شرکت',
    'company.nationalId': 'شناسهٔ ملی شرکت',
    'company.registrationNumber': 'شمارهٔ ثبت',
    concurrency: 'هم‌زمان',
    connectionId: 'اتصال',
    connections: 'اتصال‌ها',
    count: 'تعداد',
    country: 'کشور',
    createdAt: 'زمان ساخت',
    'price.currency': 'واحد پول',
    decidedAt: 'زمان تصمیم',
    decidedBy: 'تصمیم‌گیرنده',
    decision: 'تصمیم',
    description: 'توضیح',
    direction: 'جهت',
    durationMs: 'میلی‌ثانیه',
    email: 'رایانامه',
    encoding: 'کدگذاری',
    eventIds: 'رویدادها',
    events: 'رویدادهایی که می‌گیرد',
    expiresAt: 'تا',
    failingSince: 'ناکام از',
    'failure.carrierCode': 'کد اپراتور',
    'failure.code': 'دلیل نرسیدن',
    'failure.detail': 'گفتهٔ اپراتور',
    fields: 'فیلدها',
    from: 'از',
    'guard.reason': 'دلیل نگهبان',
    httpStatus: 'پاسخ',
    id: 'شناسه',
    identityLevel: 'سطح هویت',
    inReplyTo: 'در پاسخ به',
    ip: 'نشانی اینترنتی',
    isCurrent: 'همین مرورگر',
    isDefault: 'پیش‌فرض',
    items: 'مورد',
    joinedAt: 'زمان پیوستن',
    kind: 'نوع',
    lastUsedAt: 'آخرین استفاده',
    lineClass: 'نوع خط',
    madeBy: 'سازنده',
    messageId: 'پیام',
    method: 'روش',
    mobile: 'شمارهٔ همراه',
    mode: 'حالت',
    name: 'نام',
    network: 'شبکه',
    newMobile: 'شمارهٔ تازه',
    nextAt: 'تلاش بعدی',
    object: 'دربارهٔ',
    operation: 'درخواست',
    others: 'دیگران این شرکت',
    outcome: 'نتیجه',
    pack: 'قواعد',
    accepted: 'پذیرفته',
    path: 'مسیر',
    percent: 'درصد',
    personId: 'فرد',
    'price.amount': 'هزینه (واحد خرد)',
    problem: 'خطا',
    proposedAt: 'زمان پیشنهاد',
    proposedBy: 'پیشنهاددهنده',
    provider: 'ارائه‌دهنده',
    purpose: 'کاربرد',
    queue: 'صف',
    rate: 'در ثانیه',
    reason: 'دلیل',
    receivedAt: 'زمان رسیدن',
    recipient: 'گیرنده',
    rejected: 'ردشده',
    replayedAt: 'زمان ارسال دوباره',
    resendOf: 'ارسال دوبارهٔ',
    revokedAt: 'زمان ابطال',
    role: 'نقش',
    route: 'مسیر',
    scope: 'از چه',
    scopes: 'اجازه‌ها',
    seenAt: 'آخرین دیدار',
    sender: 'فرستنده',
    source: 'چگونه',
    startedAt: 'زمان آغاز',
    state: 'وضعیت',
    status: 'وضعیت',
    submittedAt: 'زمان سپردن',
    tags: 'برچسب‌ها',
    tenantId: 'حساب',
    text: 'متن',
    timeZone: 'منطقهٔ زمانی',
    to: 'به',
    total: 'کل',
    turnCount: 'نوبت‌ها',
    type: 'نوع',
    'underOrder.isLifted': 'حکم برداشته شده',
    'underOrder.reference': 'حکم',
    units: 'واحد',
    updatedAt: 'آخرین تغییر',
    url: 'نشانی وب',
    used: 'مصرف',
    usedAt: 'زمان انجام',
    usedBy: 'انجام‌دهنده',
    user: 'کاربر',
    words: 'به گفتهٔ خودشان',
  },
)

/** Field that has a heading. */
export type FieldName = keyof typeof NAMES

/** Fields of a row that are a value, and those of its members: `status`, `failure.code`. */
type PathOf<Row> = Row extends unknown
  ? {
      [Field in keyof Row & string]-?: NonNullable<Row[Field]> extends readonly unknown[] | string | number | boolean
        ? Field
        : `${Field}.${keyof NonNullable<Row[Field]> & string}`
    }[keyof Row & string]
  : never

/** A column of a file: a field of the row, or a heading with what it holds of a row. */
export type CsvField<Row> =
  | Extract<PathOf<Row>, FieldName>
  | { readonly field: FieldName; readonly of: (row: Row) => Cell }

/** True of fields that are times. */
const isTime = (field: string): boolean => /(?:^|\.)(?:at|\w+At|failingSince)$/.test(field)

const offsets = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })

/** Offset of the page's zone at a time: +03:30. */
const offsetAt = (time: Date): string =>
  offsets
    .formatToParts(time)
    .find(({ type }) => type === 'timeZoneName')
    ?.value.slice('GMT'.length) || '+00:00'

/** Writes a time in the page's calendar and zone, in figures that a spreadsheet sorts; null: it is no time. */
export function localTime(iso: string): string | null {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return null
  const { year, month, day, hour, minute, second } = partsOf(time)
  return `${year}/${month}/${day} ${hour}:${minute}:${second} ${offsetAt(time)}`
}

/** Value of a field of a row, as a cell holds it. What is an object has no cell. */
function valueAt(row: unknown, field: string): Cell {
  const value = field
    .split('.')
    .reduce<unknown>((of, name) => (typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined), row)
  if (typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? value.map(String).join(' ') : null
}

/** Codes of the API that a Persian page says in words. */
const WORDS: Readonly<Partial<Record<string, (code: string) => string>>> = {
  status: statusName,
  channel: channelName,
  direction: (code) => (code === 'inbound' ? 'دریافتی' : 'ارسالی'),
}

/** Column that a Persian page puts beside one: a time in its calendar, a code in its words; null: none. */
function persianOf(field: string): { readonly name: string; readonly said: (value: string) => string | null } | null {
  if (language !== 'fa') return null
  const word = WORDS[field]
  if (word) return { name: 'به فارسی', said: word }
  return isTime(field) ? { name: 'هجری خورشیدی', said: localTime } : null
}

/**
 * Makes the columns of a file. What the API says stands as it is: it is the same in every language, is what the other files and
 * programs have, and sorts. On a Persian page a second column says it to people.
 */
export function columnsOf<Row>(fields: readonly CsvField<Row>[]): readonly CsvColumn<Row>[] {
  return fields.flatMap((one): readonly CsvColumn<Row>[] => {
    if (typeof one === 'object') return [{ name: NAMES[one.field], of: one.of }]
    const name = NAMES[one]
    const column = { name, of: (row: Row) => valueAt(row, one) }
    const persian = persianOf(one)
    if (!persian) return [column]
    const shown = (row: Row): Cell => {
      const value = valueAt(row, one)
      const said = typeof value === 'string' ? persian.said(value) : null
      // A code that has no word yet stands once.
      return said === value ? null : said
    }
    return [column, { name: `${name} (${persian.name})`, of: shown }]
  })
}

/** Time of a row, by the first of its fields that is one; null: it has none. */
export function timeOf<Row>(row: Row, fields: readonly CsvField<Row>[]): string | null {
  const field = fields.find((one) => typeof one === 'string' && isTime(one))
  const at = typeof field === 'string' ? valueAt(row, field) : null
  return typeof at === 'string' ? at : null
}
