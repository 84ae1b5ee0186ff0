import { botProvider } from './bot.ts'

/**
 * Telegram bots. The formats are those of https://core.telegram.org/bots/api; the words of its errors are from public
 * collections and unpromised (see vendors/telegram/bot.ts). Text is counted in Unicode characters by the network (measured
 * by others, undocumented); the channel's 4,096 UTF-16 units are never more. Telegram reports neither delivery nor
 * reading, so messages end `submitted`. What is heard of each kind of update stands in vendors/telegram/bot-kinds.ts.
 *
 * The operator registers the webhook once, with the connection's `callbackUrl` and the setting `webhookSecret`:
 *   curl https://api.telegram.org/bot<token>/setWebhook -H 'content-type: application/json' \
 *     -d '{"url":"<callbackUrl>","secret_token":"<webhookSecret>","allowed_updates":["message","edited_message",
 *       "channel_post","callback_query","my_chat_member","message_reaction","poll_answer"]}'
 */
export const telegram = botProvider({
  network: 'telegram',
  features: ['outbound', 'inbound', 'media', 'buttons', 'keyboard', 'audio-caption', 'to:telegram'],
  settings: {
    token: {
      title: 'Bot token',
      help: 'From @BotFather. It travels in the path of every call; the gateway never logs it.',
      kind: 'secret',
      required: true,
      pattern: '[0-9]{3,20}:[A-Za-z0-9_-]{20,100}',
    },
    username: {
      title: 'User name',
      help: 'The bot’s, without @. The sender is assigned as telegram:<user name>, with this connection.',
      kind: 'text',
      required: true,
      pattern: '[A-Za-z][A-Za-z0-9_]{2,31}',
    },
    webhookSecret: {
      title: 'Webhook secret',
      help: 'Any 16 to 256 letters, digits, _ and -; given to setWebhook as secret_token with the callback URL.',
      kind: 'secret',
      required: true,
      pattern: '[A-Za-z0-9_-]{16,256}',
    },
    url: {
      title: 'API',
      help: 'Origin of the Bot API, or of a relay or a server of your own.',
      kind: 'url',
      required: false,
      default: 'https://api.telegram.org',
    },
  },
  secretHeader: 'x-telegram-bot-api-secret-token',
  answersWebhook: true,
})
