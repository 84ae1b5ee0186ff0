import { words } from './language.ts'

/** Names of providers, as they call themselves. A test holds them against all drivers. */
export const providerNames = words(
  {
    sandbox: 'Sandbox',
    'sandbox-by-ref': 'Sandbox, without references of ours',
    kavenegar: 'Kavenegar',
    twilio: 'Twilio',
    'africas-talking': 'Africa’s Talking',
    'http-json': 'HTTP and JSON, Chapar’s own dialect',
    telegram: 'Telegram',
    bale: 'Bale',
    'bale-safir': 'Bale Safir',
    whatsapp: 'WhatsApp',
    smtp: 'SMTP server',
    resend: 'Resend',
    cloudflare: 'Cloudflare',
    'web-push': 'Browsers’ push services',
    fcm: 'Firebase Cloud Messaging',
  },
  {
    sandbox: 'محیط آزمایشی',
    'sandbox-by-ref': 'محیط آزمایشی، بدون شناسهٔ ما',
    kavenegar: 'کاوه‌نگار',
    twilio: 'توییلیو',
    'africas-talking': 'آفریکاز تاکینگ',
    'http-json': 'زبان خود چاپار',
    telegram: 'تلگرام',
    bale: 'بله',
    'bale-safir': 'سفیر بله',
    whatsapp: 'واتساپ',
    smtp: 'سرور رایانامه',
    resend: 'ری‌سند',
    cloudflare: 'کلادفلر',
    'web-push': 'اعلان مرورگرها',
    fcm: 'اعلان فایربیس',
  },
)

/** Name of a provider; a new driver that has no word yet goes by its own. */
export const providerName = (provider: string): string =>
  (providerNames as Readonly<Record<string, string>>)[provider] ?? provider
