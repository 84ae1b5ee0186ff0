import { words } from '../../words/language.ts'

export const t = words(
  {
    title: 'Messages',
    about: 'Everything that went out and came in, the newest first.',
    to: 'To',
    from: 'From',
    status: 'Status',
    channel: 'Channel',
    when: 'When',
    content: 'Content',
    empty: 'Nothing was sent or received here in the last 24 hours.',
    message: 'Message',
  },
  {
    title: 'پیام‌ها',
    about: 'هرچه رفت و آمد، از تازه‌ترین.',
    to: 'گیرنده',
    from: 'فرستنده',
    status: 'وضعیت',
    channel: 'کانال',
    when: 'زمان',
    content: 'متن',
    empty: 'در ۲۴ ساعت گذشته چیزی از اینجا نرفته و نیامده است.',
    message: 'پیام',
  },
)
