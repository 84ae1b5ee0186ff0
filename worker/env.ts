import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { ControlBindings, LedgerBindings } from '#worker/store/bindings.ts'
import type {
  AuditJob,
  InboundJob,
  MailJob,
  NotifyJob,
  PackedNotifyJob,
  RecordJob,
  ReportJob,
  SandboxJob,
  SendJob,
  SessionJob,
} from './jobs.ts'
import type { IdempotencyCalls, SessionCalls, TenantCalls, ThrottleCalls } from './object-calls.ts'

/** One queue a channel, so that each may have a consumer Worker of its own. */
type SendQueues = { readonly [name in `SEND_${Uppercase<ChannelName>}`]: Queue<SendJob> }

/** The bindings of wrangler.toml. `LEDGER_1 …` are added as shards are (docs/scale.md). */
export interface Env extends SendQueues, ControlBindings, LedgerBindings {
  /** Limits and policy, an object a tenant. */
  readonly TENANT: DurableObjectNamespace<TenantCalls>
  /** Idempotency keys, sixteen objects a tenant. */
  readonly IDEMPOTENCY: DurableObjectNamespace<IdempotencyCalls>
  /** Rate, submits under way and circuit breaker, an object a provider account. */
  readonly THROTTLE: DurableObjectNamespace<ThrottleCalls>
  /** What was typed and shown, an object a USSD session. */
  readonly SESSION: DurableObjectNamespace<SessionCalls>

  /** Uploaded and received files, recordings, mail as it came. */
  readonly MEDIA: R2Bucket
  /** Cloudflare's e-mail service, where the account has it. */
  readonly EMAIL?: SendEmail

  /** What came back from carriers and people, to be applied to the ledger. */
  readonly REPORT: Queue<ReportJob | InboundJob | RecordJob | MailJob | SessionJob>
  /** Events on their way to webhooks. */
  readonly NOTIFY: Queue<NotifyJob | PackedNotifyJob>
  /** Rows of the IP log of calls that send nothing. */
  readonly AUDIT: Queue<AuditJob>
  /** Callbacks of the sandbox carrier; only where that is served. */
  readonly SANDBOX?: Queue<SandboxJob>
  /** Split deployment: the Worker that takes the sandbox carrier's callbacks. */
  readonly CALLBACKS?: Fetcher

  /** Public origin, no trailing slash: `iss`, `aud`, callback URLs and problem types start with it. */
  readonly BASE_URL: string
  /** `https://<team>.cloudflareaccess.com`: operators sign in by Cloudflare Access. */
  readonly ACCESS_TEAM?: string
  /** The AUD tag of that Access application. */
  readonly ACCESS_AUD?: string
  /** Comma-separated hosts of push services beside the known ones (docs/deploy.md). */
  readonly PUSH_SERVICES?: string
  /** `http://127.0.0.1:<port>`: the one plain receiver that webhooks may reach; set by `npm start` alone. */
  readonly LOCAL_RECEIVER?: string

  // Secrets, all JSON (docs/operations.md): the first key makes, all keys read.

  /** MACs of ids and of people's links. */
  readonly ID_KEYS: string
  /** Signatures of access tokens. */
  readonly TOKEN_KEYS: string
  /** Encryption of what the databases hold sealed. */
  readonly SEAL_KEYS: string
  /** HMAC that addresses are looked up by. */
  readonly INDEX_KEY: string
  /** Public keys of operators' tokens. */
  readonly OPERATOR_KEYS: string
}

/** The queue that carries a channel's sends. */
export const sendQueue = (env: Env, channel: ChannelName): Queue<SendJob> =>
  env[`SEND_${channel.toUpperCase() as Uppercase<ChannelName>}`]
