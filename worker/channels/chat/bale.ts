import { botProvider } from './bot.ts'

/**
 * Bale bots (https://docs.bale.ai), by the chat's id: people have written to the bot first. For people known by phone
 * number there is `bale-safir`. Methods, answers and updates are Telegram's as its documentation says; the words of its
 * errors are from the code of a client. Unconfirmed: whether `setWebhook` takes a secret token (so the path's secret is
 * the proof), whether an answer to a webhook is read as a call, and whether 403 always means that the bot was blocked.
 * Bale reports neither delivery nor reading; it forgets updates that are not fetched within a day.
 *
 * The operator registers the webhook once (port 443 or 88):
 *   curl https://tapi.bale.ai/bot<token>/setWebhook -H 'content-type: application/json' -d '{"url":"<callbackUrl>"}'
 */
export const bale = botProvider({
  network: 'bale',
  features: ['outbound', 'inbound', 'media', 'buttons', 'keyboard', 'audio-caption', 'to:bale'],
  settings: {
    token: {
      title: 'Bot token',
      help: 'From @botfather in Bale. It travels in the path of every call; the gateway never logs it.',
      kind: 'secret',
      required: true,
      pattern: '[0-9]{3,20}:[A-Za-z0-9_-]{20,100}',
    },
    username: {
      title: 'User name',
      help: 'The bot’s, without @. The sender is assigned as bale:<user name>.',
      kind: 'text',
      required: true,
      pattern: '[A-Za-z][A-Za-z0-9_]{2,31}',
    },
    url: {
      title: 'API',
      help: 'Origin of the Bot API, or of a relay.',
      kind: 'url',
      required: false,
      default: 'https://tapi.bale.ai',
    },
  },
  answersWebhook: false,
})
