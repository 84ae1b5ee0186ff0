import { num } from '../../words/format.ts'
import { words } from '../../words/language.ts'

export const t = words(
  {
    title: 'Keys',
    about: 'Which keys of the deployment seal what is kept. No key is ever shown.',
    well: 'One of each kind was opened under each key in use.',
    fault: 'Something that is kept does not open.',
    keys: 'Keys in use',
    key: 'Key',
    use: 'Use',
    first: 'Seals what is new',
    older: 'Opens what is older',
    count: 'Needed by',
    free: 'A key that is not in this list may be taken out of the secret, a day after another became the first.',
    rotate: 'Seal everything anew',
    rotateTitle: 'Seal everything anew with the first key?',
    rotateWhy:
      'What is under an older key is taken over, some at a time. It may be stopped anywhere. Two people do it.',
    rotated: (pairs: number, secrets: number) =>
      `${num(pairs)} pairs of keys and ${num(secrets)} secrets were taken over.`,
    left: 'Some are left: do it again.',
    closed: 'Closed accounts that are not erased yet',
    tenant: 'Account',
    closedAt: 'Closed',
    erasable: 'Erased from',
  },
  {
    title: 'کلیدها',
    about: 'کدام کلیدهای این نصب آنچه را که نگه داشته می‌شود مهر می‌کند. خود کلیدها هرگز نشان داده نمی‌شود.',
    well: 'از هر گونه یکی با هر کلید در کار باز شد.',
    fault: 'چیزی از آنچه نگه داشته شده باز نمی‌شود.',
    keys: 'کلیدهای در کار',
    key: 'کلید',
    use: 'کاربرد',
    first: 'چیزهای تازه را مهر می‌کند',
    older: 'چیزهای پیشین را باز می‌کند',
    count: 'نیازمند آن',
    free: 'کلیدی که در این فهرست نیست، یک روز پس از نخست شدن دیگری، می‌تواند برداشته شود.',
    rotate: 'مهر کردن دوبارهٔ همه‌چیز',
    rotateTitle: 'همه‌چیز دوباره با کلید نخست مهر شود؟',
    rotateWhy: 'آنچه با کلید پیشین مهر شده اندک‌اندک به کلید نخست می‌آید و هر جا می‌تواند بایستد. این کار دونفره است.',
    rotated: (pairs: number, secrets: number) =>
      `${num(pairs)} جفت کلید و ${num(secrets)} مقدار محرمانه دوباره مهر شد.`,
    left: 'هنوز مانده است: دوباره انجام دهید.',
    closed: 'حساب‌های بسته که هنوز پاک نشده‌اند',
    tenant: 'حساب',
    closedAt: 'زمان بسته شدن',
    erasable: 'پاک شدن از',
  },
)
