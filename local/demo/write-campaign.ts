import { writeFileSync } from 'node:fs'
import { CAMPAIGN, type CampaignRow, formatCampaign, type Outcome } from './campaign.ts'

/** Rows of examples/campaign.csv, which this program writes, the same at every run. */
const ROWS = 10_000

/** Magic numbers of the sandbox carrier (docs/sandbox.md): `every` so many rows one of them stands. */
const MAGIC: readonly (readonly [every: number, digits: string, expected: Outcome])[] = [
  [2_500, '9905', 'unknown'],
  [400, '9911', 'delivered'],
  [401, '9910', 'delivered'],
  [313, '9909', 'delivered'],
  [307, '9908', 'delivered'],
  [211, '9912', 'delivered'],
  [149, '9904', 'delivered'],
  [127, '9916', 'failed'],
  [113, '9915', 'expired'],
  [89, '9902', 'rejected'],
  [29, '9901', 'undelivered'],
]

const NAMES_FA = ['مریم', 'علی', 'زهرا', 'رضا', 'سارا', 'حسین', 'نرگس', 'امیر', 'لیلا', 'بهرام']
const NAMES_EN = ['Mary', 'Ali', 'Zahra', 'Reza', 'Sara', 'Hussein', 'Narges', 'Amir', 'Leila', 'Bahram']

const persian = (n: number): string => String(n).replace(/\d/g, (digit) => String.fromCharCode(0x6f0 + Number(digit)))

const TEXTS: readonly ((n: number) => string)[] = [
  (n) => `${NAMES_FA[n % 10]} عزیز، سفارش ${persian(n)} ارسال شد.`,
  (n) => `Dear ${NAMES_EN[n % 10]}, order ${n} is on its way.`,
  (n) => `کد پیگیری مرسولهٔ شما ${persian(70_000 + n)} است.`,
  (n) => `Your parcel ${70_000 + n} arrives today, 9-12.`,
  (n) => `نوبت شما: شنبه ساعت ${persian(8 + (n % 9))}:${persian(10 + (n % 50))}`,
  (n) => `Payment of €${(n % 90) + 10}.50 received, thank you {ref ${n}}.`,
]
const LONG =
  'مشترک گرامی، به آگاهی می‌رساند سرویس شما برای ماه آینده تمدید شد و نیازی به اقدام دیگری نیست. ' +
  'برای دیدن صورت‌حساب به تارنمای ما سر بزنید. با سپاس از همراهی شما.'

/** Texts that are no phone numbers: the API refuses each and names the field. */
const NO_NUMBERS = ['0912', 'ali@example.com', '+98', '09120000000000000', 'سلام']

/** A phone number as people type it: in E.164, in the national form, or in Persian digits. */
function typed(n: number, digits: string): string {
  const national = `09${digits}`
  if (n % 11 === 5) return national
  if (n % 13 === 7) return national.replace(/\d/g, (digit) => persian(Number(digit)))
  return `+989${digits}`
}

function row(n: number): CampaignRow {
  const ref = `c${String(n).padStart(5, '0')}`
  const purpose = n % 5 === 0 ? 'informational' : 'transactional'
  const text = n % 97 === 0 ? LONG : (TEXTS[n % TEXTS.length]?.(n) ?? '')
  if (n % 997 === 0) return { ref, to: NO_NUMBERS[(n / 997) % 5] ?? '', purpose, text, expected: 'refused' }
  const magic = MAGIC.find(([every]) => n % every === every - 1)
  // The last four digits of other numbers stay below 9900, where no magic number lies.
  const serial = magic ? `${String(n % 1_000).padStart(3, '0')}` : String(Math.floor(n / 9_900)).padStart(3, '0')
  const last = magic ? magic[1] : String(n % 9_900).padStart(4, '0')
  const prefix = magic ? String(11 + Math.floor(n / 1_000)) : '10'
  return { ref, to: typed(n, `${prefix}${serial}${last}`), purpose, text, expected: magic ? magic[2] : 'delivered' }
}

const rows = Array.from({ length: ROWS }, (_, n) => row(n + 1))
writeFileSync(CAMPAIGN, formatCampaign(rows))
console.log(`${CAMPAIGN}: ${rows.length} rows`)
