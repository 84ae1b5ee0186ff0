import type { FailureCode } from '#worker/domain/carriers/provider.ts'
import { EVENTS, type EventType } from '#worker/domain/messages/events.ts'
import { FAILURES } from '#worker/domain/messages/failure.ts'
import type { ProblemCode } from '#worker/domain/problem.ts'
import { PROBLEMS } from '#worker/domain/problem.ts'
import type { OperationObject } from '#worker/routes/openapi/operations.ts'
import type { GuideName } from './guides.ts'
import type { Html } from './prose.ts'

/** Words of the script of the calls (script.ts), which it reads from the page. `{}` stands for a number, or a method. */
interface ScriptWords {
  readonly found: string
  readonly token: string
  readonly signedIn: string
  readonly account: string
  readonly operator: string
  readonly taken: string
  readonly nobody: string
  readonly open: string
  readonly target: string
  readonly body: string
  readonly send: string
  readonly unreached: string
}

/** Words of the script that copies code (copy-script.ts), which it reads from the page. */
interface CopyWords {
  readonly copy: string
  readonly copied: string
  /** Said where the browser copies nothing for a page: the code is marked instead. */
  readonly marked: string
}

/** Words for how a value is bounded. */
export interface BoundWords {
  readonly most: (count: number, unit: BoundUnit) => string
  readonly least: (count: number, unit: BoundUnit) => string
  readonly between: (from: number, to: number, unit: BoundUnit) => string
  readonly byDefault: (value: string) => string
  /** Stands between two bounds. */
  readonly apart: string
}
export type BoundUnit = '' | 'characters' | 'items'

/**
 * What the pages of the docs say themselves, in one language; backticks mark code. What the document of the API says of calls and
 * fields is English; in another language it is what `description` has for it, and English where that has nothing.
 */
export interface DocsWords {
  readonly language: 'en' | 'fa'
  /** Names of the pages, as the line at the top has them. */
  readonly pages: Readonly<
    Record<'console' | 'calls' | 'errors' | 'events' | 'guides' | 'document' | 'all' | 'skip', string>
  >
  readonly product: string
  /** Marks what is English in a page of another language. */
  readonly foreign: (text: Html) => Html
  /** What the API's document says of a call, a field or an answer, in the page's language; null: it has no words for that. */
  readonly description: (english: string) => string | null
  readonly reference: {
    readonly title: string
    readonly version: string
    readonly variables: (base: string | undefined) => string
    readonly search: string
    readonly parameters: string
    readonly body: string
    readonly answer: (status: string) => string
    readonly ofChannel: (caption: string, channel: string) => string
    readonly errors: string
    readonly openToAll: string
    readonly byClient: string
    readonly scope: string
    readonly anyScope: string
    readonly operatorScope: string
    readonly heads: Readonly<Record<'name' | 'in' | 'field' | 'type' | 'meaning', string>>
    readonly places: Readonly<Record<'path' | 'query' | 'header', string>>
    /** Said behind the place of a parameter. */
    readonly required: string
    /** Said behind the type of a field. */
    readonly optional: string
  }
  readonly bounds: BoundWords
  readonly script: ScriptWords
  readonly copying: CopyWords
  readonly summaryOf: (operation: OperationObject) => string
  readonly tagName: (tag: string) => string
  /** Name of a guide of GUIDES. */
  readonly guideName: (name: GuideName) => string
  readonly errors: {
    readonly about: string
    readonly failures: string
    readonly aboutFailures: string
    readonly problem: (code: ProblemCode) => string
    readonly failure: (code: FailureCode) => string
  }
  readonly events: {
    readonly about: string
    readonly event: (type: EventType) => string
    readonly example: (name: string) => string
  }
}

const of = (unit: BoundUnit): string => (unit === '' ? '' : ` ${unit}`)

export const ENGLISH: DocsWords = {
  language: 'en',
  product: 'Chapar',
  pages: {
    console: 'Console',
    calls: 'Calls',
    errors: 'Errors',
    events: 'Events',
    guides: 'Guides',
    document: 'OpenAPI 3.1',
    all: 'Pages',
    skip: 'Skip to the page',
  },
  foreign: (text) => text,
  description: (english) => english,
  reference: {
    title: 'Chapar API',
    version: 'Version',
    variables: (base) =>
      `In the examples \`$BASE\` is \`${base}\`, \`$TOKEN\` an access token of \`POST /oauth/token\` or an API key, \`$PERSON\` the token of a person who is signed in, \`$OPERATOR\` an operator’s token, and \`$id\` or the like an id that an earlier call has answered. All else runs as it stands.`,
    search: 'Search',
    parameters: 'Parameters',
    body: 'Body',
    answer: (status) => `Answer ${status}`,
    ofChannel: (caption, channel) => `${caption}, ${channel}`,
    errors: 'Errors:',
    openToAll: 'Open to all.',
    byClient: 'With the client’s id and secret.',
    scope: 'Scope:',
    anyScope: 'any',
    operatorScope: 'For operators. Scope:',
    heads: { name: 'Name', in: 'In', field: 'Field', type: 'Type', meaning: 'Meaning' },
    places: { path: 'path', query: 'query', header: 'header' },
    required: ', required',
    optional: ', optional',
  },
  bounds: {
    most: (count, unit) => `at most ${count}${of(unit)}`,
    least: (count, unit) => `at least ${count}${of(unit)}`,
    between: (from, to, unit) => `${from} to ${to}${of(unit)}`,
    byDefault: (value) => `default \`${value}\``,
    apart: '; ',
  },
  script: {
    found: '{} of {}',
    token: 'Token for calls that are tried here',
    signedIn: 'Use my sign-in',
    account: 'Account',
    operator: 'Operator',
    taken: 'A token of five minutes, of the mode test.',
    nobody: 'Nobody is signed in here.',
    open: 'Try it',
    target: 'Path and query',
    body: 'Body',
    send: '{} it',
    unreached: 'The call did not get through:',
  },
  copying: {
    copy: 'Copy',
    copied: 'Copied',
    marked: 'Marked. Copy it with your keyboard.',
  },
  summaryOf: ({ summary }) => summary,
  tagName: (tag) => tag,
  guideName: (name) => name,
  errors: {
    about:
      'An error is an `application/problem+json` document (RFC 9457). Decide by `code`: titles and details may change. `instance` is the request id.',
    failures: 'Why a message failed',
    aboutFailures: 'Codes of `failure.code` in messages and events.',
    problem: (code) => `${PROBLEMS[code].title}. ${PROBLEMS[code].help}`,
    failure: (code) => FAILURES[code],
  },
  events: {
    about:
      'Events are POSTed to webhook endpoints, signed as Standard Webhooks says. The header `webhook-id` is the event’s id and the same at every try: keep it to drop repeats. An endpoint hears events of the mode of the token that made it. Events may come late, double and in any order; `data.at` is when it happened. Endpoints with `batch: true` get up to 100 events in one POST: `{ "type": "batch", "data": { "events": [{ "id": …, "type": …, "timestamp": …, "data": … }] } }`.',
    event: (type) => EVENTS[type],
    example: (name) => `${name}:`,
  },
}
