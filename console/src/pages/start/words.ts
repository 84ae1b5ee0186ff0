import { words } from '../../words/language.ts'

export const t = words(
  {
    title: 'Messages that arrive, and records that hold',
    lead: 'SMS, calls, push, e-mail, USSD and messengers, both ways, through one API and one console. For businesses that have to know what was sent, when, and that it arrived.',
    docs: 'API reference',
    request: 'One call',
    requestHelp: 'Put in your test key: a minute after signing up you have one.',
    phone: 'The telephone',
    bubble: 'Your order 4711 is on its way. Reply 1 to change the time.',
    reply: '1',
    record: 'The record',
    steps: { accepted: 'Accepted', submitted: 'With the carrier', delivered: 'Delivered', received: 'Reply received' },
    points: {
      channels: {
        title: 'One call for six channels',
        text: 'The same call, the same statuses, the same events. If a carrier fails, the next one takes over.',
      },
      ways: {
        title: 'Both ways',
        text: 'Replies, pressed keys and incoming mail come to one inbox and to your webhook, tried until you have them.',
      },
      test: {
        title: 'Test without a carrier',
        text: 'In test mode messages arrive at a telephone on your screen, and you answer there. Nothing goes out, and nothing is charged.',
      },
      records: {
        title: 'Records that hold',
        text: 'Each message is kept sealed, with its times and the carrier’s words, for as long as the law asks, and is found when it is needed.',
      },
    },
    localTitle: 'This gateway runs on your machine',
    localWhy: 'Sign in with a click: as owner of the demo account, or as operator',
    localCodes: 'Sign-up codes arrive on the test telephone:',
    localName: 'Passkeys need the address by name:',
    drawing: 'A call of the API, the message on a telephone, and its record with four times',
  },
  {
    title: 'پیام‌هایی که می‌رسند و سوابقی که می‌مانند',
    lead: 'پیامک، تماس، اعلان، رایانامه، کد دستوری و پیام‌رسان، دوسویه، با یک رابط برنامه‌نویسی و یک کنسول. برای کسب‌وکارهایی که باید بدانند چه فرستاده شد، کی، و آیا رسید.',
    docs: 'مستندات',
    request: 'یک درخواست',
    requestHelp: 'کلید آزمایشی خود را در آن بگذارید. پس از ثبت‌نام در یک دقیقه آن را دارید.',
    phone: 'تلفن',
    bubble: 'سفارش ۴۷۱۱ شما در راه است. برای تغییر زمان عدد ۱ را بفرستید.',
    reply: '۱',
    record: 'سابقه',
    steps: { accepted: 'پذیرفته', submitted: 'نزد اپراتور', delivered: 'رسیده', received: 'پاسخ آمد' },
    points: {
      channels: {
        title: 'یک درخواست برای شش کانال',
        text: 'همان درخواست، همان وضعیت‌ها، همان رویدادها. اگر اپراتوری از کار بیفتد دیگری جای آن را می‌گیرد.',
      },
      ways: {
        title: 'دوسویه',
        text: 'پاسخ‌ها، کلیدهای فشرده و رایانامه‌های رسیده به یک صندوق و به وب‌هوک شما می‌آیند و تا رسیدن دوباره فرستاده می‌شوند.',
      },
      test: {
        title: 'آزمایش بدون اپراتور',
        text: 'در حالت آزمایشی پیام‌ها به تلفنی روی صفحه می‌رسند که از آن پاسخ می‌دهید. چیزی بیرون نمی‌رود و هزینه‌ای ندارد.',
      },
      records: {
        title: 'سوابقی که می‌مانند',
        text: 'هر پیام با زمان‌ها و پاسخ اپراتور، مهرشده، تا هر زمان که قانون می‌خواهد نگه داشته می‌شود و هنگام نیاز پیدا می‌شود.',
      },
    },
    localTitle: 'این سامانه روی دستگاه خودتان اجرا می‌شود',
    localWhy: 'با یک کلیک وارد شوید، به نام مالک حساب نمونه یا گرداننده',
    localCodes: 'کدهای ثبت‌نام به تلفن آزمایشی می‌رسد:',
    localName: 'کلید عبور به نام نشانی نیاز دارد:',
    drawing: 'یک درخواست، پیام روی تلفن، و سابقهٔ آن با چهار زمان',
  },
)
