import type { Feature } from '#worker/domain/carriers/features.ts'
import { PARTS } from '../../../console/src/words/said/parts.ts'
import { settingInPersian } from '../../../console/src/words/said/settings.ts'
import type { ChannelWords } from '../channel-tables.ts'
import { code } from '../table.ts'
import { foreign } from './foreign.ts'

const number = new Intl.NumberFormat('fa').format

const FEATURES: Readonly<Record<Feature, string>> = {
  outbound: 'پیام می‌فرستد.',
  inbound: 'پیام‌های مخاطبان می‌رسد.',
  receipts: 'رسیدن گزارش می‌شود.',
  read: 'گزارش می‌شود که گیرنده پیام را خوانده است.',
  session: 'افراد نشستی باز می‌کنند که برنامهٔ شما صفحه به صفحه پاسخش می‌دهد.',
  say: 'متن خوانده می‌شود.',
  play: 'فایل صدا پخش می‌شود.',
  digits: 'کد یک‌بارمصرف رقم به رقم خوانده می‌شود.',
  gather: 'کلیدهایی که فرد می‌فشارد گرفته می‌شود.',
  record: 'تماس‌گیرنده می‌تواند پیام صوتی بگذارد.',
  html: 'نگارش `HTML` متن.',
  attachments: 'فایل همراه پیام می‌رود.',
  headers: 'سرآیندهایی از خودتان.',
  media: 'تصویر، صدا، ویدئو و سند.',
  buttons: 'دکمه زیر متن.',
  keyboard: 'بیش از سه دکمه، از هر دو گونه، یا با نوشتهٔ بلند؛ دکمه زیر صدا یا متن بلند.',
  'audio-caption': 'متن زیر صدا.',
  template: 'الگوهایی که ارائه‌دهنده تأیید کرده است.',
  otp: 'کد یک‌بارمصرف به روش خود ارائه‌دهنده.',
  topic: 'پیام بعدی جای پیام پیشینِ همان موضوع را می‌گیرد.',
}

/** Words of docs/fa/channels.md. What a driver says of a setting, and nobody has put into Persian, stands there in English. */
export const PERSIAN_CHANNELS: ChannelWords = {
  top: `<!-- این صفحه را \`npm run docs\` از جدول‌های کد می‌نویسد؛ همان‌ها را ویرایش کنید. -->

# کانال‌ها و ارائه‌دهنده‌ها

هر ارائه‌دهنده چه می‌تواند، و به اتصال آن چه باید گفت (\`POST /admin/v1/connections\`). حساب با
\`GET /v1/channels\` می‌بیند مسیرهای خودش چه می‌توانند؛ پیامی که بیش از آن بخواهد با \`not-supported\` رد می‌شود. پیامِ
ارائه‌دهنده‌ای که \`receipts\` ندارد پس از پذیرفته شدن \`submitted\` می‌ماند: دیگر چیزی از آن شنیده نمی‌شود. نشانی‌ها، محتوا و
نشانی‌های بازخوانیِ پیام‌رسان‌ها در [پیام‌رسان‌ها](chat.md) است.`,
  heads: {
    feature: 'ویژگی',
    meaning: 'معنا',
    provider: 'ارائه‌دهنده',
    recipients: 'گیرندگان در',
    setting: 'تنظیم',
    kind: 'نوع',
    default: 'پیش‌فرض',
    what: 'چیست',
  },
  channel: (name) => (Object.hasOwn(PARTS, name) ? `${PARTS[name]} (${code(name)})` : code(name)),
  provider: code,
  column: code,
  feature: (feature) => FEATURES[feature],
  callSize: (batch) => `در هر درخواست ${batch === 1 ? 'یک پیام' : `تا ${number(batch)} پیام`}`,
  unclear: (window) =>
    window === undefined ? 'پاسخ ناروشن `unknown` است' : `تکراری‌ها تا ${number(window)} ثانیه کنار گذاشته می‌شود`,
  callbacks: {
    signature: 'بازخوانی‌ها امضا دارد',
    'path-secret': 'گواهِ بازخوانی‌ها رمزِ مسیرشان است',
  },
  reads: (languages) => (languages === null ? 'همهٔ زبان‌ها را می‌خواند' : `این زبان‌ها را می‌خواند: ${languages}`),
  kinds: { text: 'متن', secret: 'رمز', url: 'نشانی وب', number: 'عدد', boolean: 'بله یا خیر' },
  required: 'لازم',
  setting: (provider, name, { title, help }) => {
    const said = settingInPersian(provider, name)
    return said ? `${said.title}. ${said.help}` : foreign(`${title}. ${help}`)
  },
  semicolon: '؛ ',
  comma: '، ',
}
