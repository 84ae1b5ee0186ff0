import { html } from 'hono/html'
import type { BoundUnit, DocsWords } from '#worker/routes/docs/words.ts'
import { DESCRIPTIONS } from './descriptions/index.ts'
import { EVENT_SENTENCES } from './events.ts'
import { GUIDE_NAMES } from './guides.ts'
import { FAILURE_SENTENCES, PROBLEM_SENTENCES } from './problems.ts'
import { SUMMARIES, TAGS } from './summaries.ts'

const number = new Intl.NumberFormat('fa').format
const UNITS: Readonly<Record<BoundUnit, string>> = { '': '', characters: ' نویسه', items: ' مورد' }

/** Answers what a table has; throws where it lacks a word, so that the build tells of it. */
function found(table: Readonly<Record<string, string>>, key: string): string {
  const word = table[key]
  if (word === undefined) throw new Error(`No Persian for ${key}: local/console/persian/`)
  return word
}

/** Words of the docs in Persian. */
export const PERSIAN: DocsWords = {
  language: 'fa',
  product: 'چاپار',
  pages: {
    console: 'کنسول',
    calls: 'درخواست‌ها',
    errors: 'خطاها',
    events: 'رویدادها',
    guides: 'راهنماها',
    document: 'سند ماشینی',
    all: 'صفحه‌ها',
    skip: 'رفتن به صفحه',
  },
  foreign: (text) => html`<span lang="en" dir="ltr">${text}</span>`,
  description: (english) => DESCRIPTIONS.get(english) ?? null,
  reference: {
    title: 'راهنمای برنامه‌نویسی چاپار',
    version: 'نسخهٔ',
    variables: () =>
      'در نمونه‌ها `$BASE` نشانی همین سامانه است، `$TOKEN` کلید برنامه یا توکنی از `POST /oauth/token`، `$PERSON` توکن کسی که وارد شده است، `$OPERATOR` توکن گرداننده، و `$id` و مانند آن شناسه‌ای که درخواستی پیش‌تر داده است. باقی همان‌طور که هست اجرا می‌شود.',
    search: 'جست‌وجو',
    parameters: 'پارامترها',
    body: 'بدنه',
    answer: (status) => `پاسخ ${status}`,
    ofChannel: (caption, channel) => `${caption}، \u2066${channel}\u2069`,
    errors: 'خطاها:',
    openToAll: 'برای همه باز است.',
    byClient: 'با شناسه و رمز برنامه.',
    scope: 'اجازه:',
    anyScope: 'هر کدام',
    operatorScope: 'برای گرداننده. اجازه:',
    heads: { name: 'نام', in: 'جای آن', field: 'فیلد', type: 'نوع', meaning: 'معنا' },
    places: { path: 'مسیر', query: 'پارامتر نشانی', header: 'سرآیند' },
    required: '، لازم',
    optional: 'اختیاری',
  },
  bounds: {
    most: (count, unit) => `حداکثر ${number(count)}${UNITS[unit]}`,
    least: (count, unit) => `حداقل ${number(count)}${UNITS[unit]}`,
    between: (from, to, unit) => `${number(from)} تا ${number(to)}${UNITS[unit]}`,
    byDefault: (value) => `پیش‌فرض \`${value}\``,
    apart: '؛ ',
  },
  script: {
    found: '{} از {}',
    token: 'توکن برای درخواست‌هایی که اینجا امتحان می‌شود',
    signedIn: 'توکن از ورود من',
    account: 'حساب',
    operator: 'گرداننده',
    taken: 'توکنی پنج‌دقیقه‌ای، در حالت آزمایشی.',
    nobody: 'کسی اینجا وارد نشده است.',
    open: 'امتحان',
    target: 'مسیر و پارامترهای نشانی',
    body: 'بدنه',
    send: 'ارسال درخواست',
    unreached: 'درخواست نرسید:',
  },
  copying: {
    copy: 'رونوشت',
    copied: 'رونوشت شد',
    marked: 'متن انتخاب شد. با صفحه‌کلید از آن رونوشت بگیرید.',
  },
  summaryOf: ({ operationId }) => found(SUMMARIES, operationId),
  tagName: (tag) => found(TAGS, tag),
  guideName: (name) => GUIDE_NAMES[name],
  errors: {
    about:
      'خطا سندی از نوع `application/problem+json` (`RFC 9457`) است. بر پایهٔ `code` تصمیم بگیرید: عنوان و شرح شاید تغییر کند. `instance` شناسهٔ درخواست است.',
    failures: 'چرا پیامی ناموفق ماند',
    aboutFailures: 'مقدارهای `failure.code` در پیام‌ها و رویدادها.',
    problem: (code) => PROBLEM_SENTENCES[code],
    failure: (code) => FAILURE_SENTENCES[code],
  },
  events: {
    about:
      'رویدادها با `POST` به وب‌هوک‌ها فرستاده می‌شود، با امضا به روش `Standard Webhooks`. سرآیند `webhook-id` شناسهٔ رویداد است و در همهٔ تلاش‌ها همان می‌ماند: نگهش دارید تا تکراری‌ها را کنار بگذارید. وب‌هوک رویدادهای حالتی را می‌گیرد که توکن سازنده‌اش از آن است. رویدادها شاید دیر، دو بار یا با هر ترتیبی بیاید؛ `data.at` زمان رخ دادن آن است. وب‌هوکی با `batch: true` تا ۱۰۰ رویداد را با یک `POST` می‌گیرد: `{ "type": "batch", "data": { "events": [{ "id": …, "type": …, "timestamp": …, "data": … }] } }`.',
    event: (type) => EVENT_SENTENCES[type],
    example: (name) => `نمونه: \`${name}\``,
  },
}
