import { type OpenSettings, openSettings } from '#worker/domain/carriers/settings.ts'
import type { NationalId } from '#worker/domain/identity/national-id.ts'
import type {
  IdentityRegistry,
  RegistryAnswer,
  RegistryDriver,
  RegistryFault,
  RegistryPorts,
} from '#worker/domain/identity/registry.ts'
import { toBase64, utf8 } from '#worker/lib/bytes.ts'
import { httpFaultOf } from '#worker/lib/http/bounded-http.ts'

/**
 * Shahkar, the register of the Communications Regulatory Authority of Iran of who owns which number. It is reached through
 * licensed intermediaries, each with a dialect of its own, so all that differs is a setting: docs/identity.md has two of them.
 */

const MOST_BYTES = 100_000
const LONGEST_REFERENCE = 100
/** Pause before the one repeat, in milliseconds. */
const REPEAT_AFTER = 300

const PLACEHOLDERS = /\{(nationalId|mobile|requestId|account|secret|basic)\}/g
type Filling = Readonly<Record<string, string>>

/** Fills a template; `written` says how a value stands there. */
const filled = (template: string, filling: Filling, written: (value: string) => string): string =>
  template.replace(PLACEHOLDERS, (_, name: string) => written(filling[name] ?? ''))

const inJson = (value: string): string => JSON.stringify(value).slice(1, -1)

/** Number as the intermediary wants it, of one in E.164. */
function mobileAs(form: string, mobile: string): string {
  const national = mobile.replace(/^\+98/, '')
  if (form === 'plus' || national === mobile) return mobile
  if (form === 'international') return `98${national}`
  return form === 'bare' ? national : `0${national}`
}

/** Value at a path such as `result.isValid`, as text; null: nothing that can be read stands there. */
function valueAt(answer: unknown, path: string): string | null {
  let at: unknown = answer
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return null
    at = (at as Readonly<Record<string, unknown>>)[name]
  }
  return typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean' ? String(at).trim() : null
}

const isOneOf = (value: string | null, list: string): boolean =>
  value !== null && list.split(',').some((one) => one.trim().toLowerCase() === value.toLowerCase())

/** Word of an answer by its members, as the settings name them. */
function readAnswer(settings: OpenSettings, body: unknown): Pick<RegistryAnswer, 'answer' | 'reference' | 'fault'> {
  const referencePath = settings.optionalText('referencePath')
  const reference = referencePath === '' ? null : (valueAt(body, referencePath)?.slice(0, LONGEST_REFERENCE) ?? null)
  const donePath = settings.optionalText('donePath')
  if (donePath !== '' && !isOneOf(valueAt(body, donePath), settings.text('doneValues')))
    return { answer: 'unknown', reference }
  const value = valueAt(body, settings.text('answerPath'))
  if (isOneOf(value, settings.text('yesValues'))) return { answer: 'yes', reference }
  if (isOneOf(value, settings.text('noValues'))) return { answer: 'no', reference }
  return { answer: 'unknown', reference, ...(value === null ? { fault: 'unreadable' as const } : {}) }
}

function requestOf(settings: OpenSettings, filling: Filling): Request {
  const method = settings.text('method')
  const headers = new Headers({ accept: 'application/json' })
  const authHeader = settings.text('authHeader')
  if (authHeader !== NO_HEADER) headers.set(authHeader, filled(settings.text('authValue'), filling, String))
  const idHeader = settings.optionalText('requestIdHeader')
  if (idHeader !== '') headers.set(idHeader, filling['requestId'] ?? '')
  const query = filled(settings.optionalText('query'), filling, encodeURIComponent)
  const url = settings.url('url') + (query === '' ? '' : `?${query}`)
  if (method === 'GET') return new Request(url, { method, headers })
  headers.set('content-type', 'application/json; charset=utf-8')
  return new Request(url, { method, headers, body: filled(settings.text('body'), filling, inJson) })
}

/** Answer of one call, or the fault of it; `mayRepeat`: the registry has certainly not answered, and is not just slow. */
async function ask(
  settings: OpenSettings,
  ports: RegistryPorts,
  filling: Filling,
): Promise<{ readonly body: unknown } | { readonly fault: RegistryFault; readonly mayRepeat: boolean }> {
  try {
    const options = { timeoutMs: settings.number('timeoutMs'), maxBytes: MOST_BYTES }
    const response = await ports.http(requestOf(settings, filling), options)
    if (!response.ok) return { fault: 'refused', mayRepeat: [502, 503, 504].includes(response.status) }
    try {
      return { body: await response.json() }
    } catch {
      return { fault: 'unreadable', mayRepeat: false }
    }
  } catch (error) {
    // The error goes no further: it may hold the URL, and with it the id.
    const fault = httpFaultOf(error)
    if (fault === 'too-large') return { fault: 'unreadable', mayRepeat: false }
    return { fault, mayRepeat: fault === 'unreachable' }
  }
}

const text = (title: string, help: string, usual?: string) => ({
  title,
  help,
  kind: 'text' as const,
  required: usual !== undefined,
  ...(usual === undefined ? {} : { default: usual }),
})

const HEADER_NAME = '[A-Za-z0-9-]{1,60}'
const NO_HEADER = 'none'
/** 100 to 19,999. */
const MILLISECONDS = '[1-9][0-9]{2,3}|1[0-9]{4}'

export const shahkar: RegistryDriver = {
  name: 'shahkar',
  settings: {
    url: { title: 'URL', help: 'Of the call that matches, without its query.', kind: 'url', required: true },
    method: { ...text('Method', 'POST or GET.', 'POST'), pattern: 'POST|GET' },
    query: text('Query', 'Template of the query, if there is one: `nationalCode={nationalId}&mobile={mobile}`.'),
    body: text('Body', 'Template of the JSON body of a POST.', '{"nationalCode":"{nationalId}","mobile":"{mobile}"}'),
    mobileForm: {
      ...text(
        'Form of the number',
        '`national` (0912…), `international` (98912…), `plus` (+98912…), `bare` (912…).',
        'national',
      ),
      pattern: 'national|international|plus|bare',
    },
    account: text('Account', 'Name of the account: `{account}` in a template.'),
    secret: {
      title: 'Secret',
      help: 'Token or password: `{secret}` in a template; `{basic}` is both in base64.',
      kind: 'secret',
      required: true,
    },
    authHeader: {
      ...text('Header of the token', '`none`: the secret goes into the body or the query.', 'Authorization'),
      pattern: HEADER_NAME,
    },
    authValue: text('Value of that header', 'Template.', 'Bearer {secret}'),
    requestIdHeader: {
      ...text('Header of the request id', 'Where the intermediary wants a name for each question.'),
      pattern: HEADER_NAME,
    },
    answerPath: text('Path of the answer', 'Members with dots between, such as `result.isValid`.', 'matched'),
    yesValues: text('Values that say yes', 'With commas between.', 'true'),
    noValues: text('Values that say no', 'With commas between. Any other value is no answer.', 'false'),
    donePath: text('Path of the status', 'Where the answer counts only if a member says that the question was worked.'),
    doneValues: text('Values of a worked question', 'With commas between.', '0'),
    referencePath: text('Path of the reference', 'Name of the question at the intermediary.'),
    timeoutMs: {
      title: 'Deadline',
      help: 'In milliseconds.',
      kind: 'number',
      required: true,
      default: 8_000,
      pattern: MILLISECONDS,
    },
  },
  open(raw, ports): IdentityRegistry {
    const settings = openSettings(shahkar, raw)
    return {
      async match(nationalId: NationalId, mobile: string): Promise<RegistryAnswer> {
        const [account, secret] = [settings.optionalText('account'), settings.text('secret')]
        const filling: Filling = {
          nationalId,
          mobile: mobileAs(settings.text('mobileForm'), mobile),
          requestId: ports.newReference(),
          account,
          secret,
          basic: toBase64(utf8(`${account}:${secret}`)),
        }
        let answer = await ask(settings, ports, filling)
        if ('fault' in answer && answer.mayRepeat) {
          // Safe: a question changes nothing there, and the same name says that it is the same question.
          await ports.pause(REPEAT_AFTER)
          answer = await ask(settings, ports, filling)
        }
        const at = ports.now()
        if ('fault' in answer) return { answer: 'unknown', reference: null, at, fault: answer.fault }
        return { ...readAnswer(settings, answer.body), at }
      },
    }
  },
}
