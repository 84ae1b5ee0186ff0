import { words } from '../../words/language.ts'

/** What is done with the callback URL of each provider, by `channel.provider` or by the provider alone. */
const STEPS = words(
  {
    sandbox: 'Nothing: the sandbox is told it with each message.',
    'sandbox-by-ref': 'Nothing: the sandbox is told it with each message.',
    kavenegar:
      'In the panel, under the settings of the line: the address for delivery reports and the one for received messages. Where inboxes are pulled, only the reports.',
    'sms.twilio':
      'Messages of ours bring it along. For what people write, enter it in the console: the number’s messaging webhook, POST.',
    'voice.twilio':
      'Calls of ours bring it along. For calls to us, enter it in the console: the number’s voice URL, POST.',
    'africas-talking': 'In the dashboard: the callback URL of the number or the service code.',
    'http-json': 'Give it to the carrier: it POSTs each screen’s input there.',
    telegram:
      'Call setWebhook of the bot with it, and with the webhook secret as secret_token; after a replacement again within a day.',
    bale: 'Call setWebhook of the bot with it; after a replacement again within a day.',
    'bale-safir': 'Nothing: Safir calls nobody. What people answer comes by the connection of the bot itself.',
    whatsapp:
      'In the app’s dashboard, WhatsApp, Configuration: this URL and the verify token, with the fields messages and user_preferences.',
    resend: 'In the dashboard, Webhooks: add it for all events of e-mails; its signing secret is a setting here.',
    smtp: 'Nothing: what comes back comes as mail, to the bounce domain.',
    cloudflare: 'Nothing: no report ever comes.',
    'web-push': 'Nothing: push services answer at once.',
    fcm: 'Nothing: push services answer at once.',
    other: 'Enter it in the account at the provider, where it asks for a callback or webhook URL.',
  },
  {
    sandbox: 'هیچ: محیط آزمایشی آن را با هر پیام می‌گیرد.',
    'sandbox-by-ref': 'هیچ: محیط آزمایشی آن را با هر پیام می‌گیرد.',
    kavenegar:
      'در پنل، تنظیمات خط: نشانی گزارش تحویل و نشانی پیام‌های دریافتی. اگر صندوق‌ها خوانده می‌شود تنها گزارش تحویل.',
    'sms.twilio':
      'پیام‌های ما خودشان آن را می‌برند. برای پیام‌های مردم، در کنسول برای آن شماره به عنوان نشانی پیام‌ها وارد کنید.',
    'voice.twilio':
      'تماس‌های ما خودشان آن را می‌برند. برای تماس‌های ورودی، در کنسول برای آن شماره به عنوان نشانی تماس وارد کنید.',
    'africas-talking': 'در داشبورد: نشانی بازخوانی شماره یا کد دستوری.',
    'http-json': 'آن را به اپراتور بدهید: ورودی هر صفحه را به آن می‌فرستد.',
    telegram: 'با دستور ثبت بازخوانی به ربات بدهید، همراه رمز بازخوانی؛ پس از تعویض رمز تا یک روز دوباره.',
    bale: 'با دستور ثبت بازخوانی به ربات بدهید؛ پس از تعویض رمز تا یک روز دوباره.',
    'bale-safir': 'هیچ: سفیر کسی را صدا نمی‌زند. پاسخ‌های مردم از اتصال خود ربات می‌آید.',
    whatsapp: 'در داشبورد برنامه، بخش پیکربندی واتساپ: این نشانی و توکن راستی‌آزمایی، برای پیام‌ها و ترجیح‌های کاربر.',
    resend: 'در داشبورد، بخش بازخوانی‌ها: برای همهٔ رویدادهای رایانامه بیفزایید؛ رمز امضای آن اینجا یک تنظیم است.',
    smtp: 'هیچ: آنچه برمی‌گردد با رایانامه به دامنهٔ برگشتی‌ها می‌آید.',
    cloudflare: 'هیچ: هرگز گزارشی نمی‌آید.',
    'web-push': 'هیچ: سرویس‌های اعلان همان دم پاسخ می‌دهند.',
    fcm: 'هیچ: سرویس‌های اعلان همان دم پاسخ می‌دهند.',
    other: 'در حساب خود نزد ارائه‌دهنده وارد کنید، هر جا که نشانی بازخوانی می‌خواهد.',
  },
)

const STEPS_BY: Readonly<Record<string, string>> = STEPS

/** Says how a provider is told the callback URL. */
export const callbackSteps = (channel: string, provider: string): string =>
  STEPS_BY[`${channel}.${provider}`] ?? STEPS_BY[provider] ?? STEPS.other
