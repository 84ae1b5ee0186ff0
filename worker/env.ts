import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { ControlBindings, LedgerBindings } from '#worker/store/bindings.ts'
import type {
  AuditJob,
  CeilingJob,
  InboundJob,
  MailJob,
  NotifyJob,
  PackedNotifyJob,
  RecordJob,
  ReportJob,
  SandboxJob,
  SendJob,
  SessionJob,
  VerificationJob,
} from './jobs.ts'
import type {
  GuardCalls,
  IdempotencyCalls,
  PhoneCalls,
  SessionCalls,
  TenantCalls,
  ThrottleCalls,
  VerificationCalls,
} from './object-calls.ts'

/** Queues of a deployment by the jobs that they carry: one a channel, so that each may have a consumer Worker of its own. */
interface Carried extends Readonly<Record<`SEND_${Uppercase<ChannelName>}`, SendJob>> {
  /** Reports, messages and turns that came from carriers and people, verifications and alerts, on their way to the ledger. */
  readonly REPORT: ReportJob | InboundJob | RecordJob | MailJob | SessionJob | VerificationJob | CeilingJob
  /** Events on their way to webhooks, for the first time. */
  readonly NOTIFY: NotifyJob | PackedNotifyJob
  /** Events that are tried again, or that the first batch had no time for. */
  readonly NOTIFY_RETRY: NotifyJob | PackedNotifyJob
  /** Rows of the access log of calls that send nothing. */
  readonly AUDIT: AuditJob
  /** Callbacks of the sandbox carrier; absent where that is not served. */
  readonly SANDBOX?: SandboxJob
}
export type QueueBinding = keyof Carried

/** Queue that takes jobs, and sends them on sealed (flows/core/sealed-queues.ts). */
export interface JobQueue<Body> {
  send(body: Body, options?: { readonly delaySeconds?: number }): Promise<unknown>
  sendBatch(messages: readonly { readonly body: Body; readonly delaySeconds?: number }[]): Promise<unknown>
  /** Absent where the runtime does not tell. */
  metrics?(): Promise<QueueMetrics>
}

/** Queues as the runtime has them: they carry sealed jobs and nothing else. */
type RawQueues = { readonly [name in keyof Carried]: Queue<Uint8Array<ArrayBuffer>> }

/** Bindings as the flows have them, whose queues take jobs. */
export type JobEnv = Omit<Env, QueueBinding> & {
  readonly [name in keyof Carried]: JobQueue<NonNullable<Carried[name]>>
}

/** Bindings of wrangler.toml. A `LEDGER_<n>` is added with each shard (docs/scale.md). */
export interface Env extends RawQueues, ControlBindings, LedgerBindings {
  /** Objects of limits and policy, one a tenant. */
  readonly TENANT: DurableObjectNamespace<TenantCalls>
  /** Objects of idempotency keys, sixteen a tenant. */
  readonly IDEMPOTENCY: DurableObjectNamespace<IdempotencyCalls>
  /** Objects of rate, submits under way and circuit breaker, one a connection. */
  readonly THROTTLE: DurableObjectNamespace<ThrottleCalls>
  /** Objects that hold what was typed and shown, one a session. */
  readonly SESSION: DurableObjectNamespace<SessionCalls>
  /** Objects of test telephones, one a tenant. */
  readonly PHONE: DurableObjectNamespace<PhoneCalls>
  /** Objects that decide about codes, one a recipient and realm. */
  readonly VERIFICATION: DurableObjectNamespace<VerificationCalls>
  /** Objects that bound what is spent on codes, one a tenant and mode. */
  readonly GUARD: DurableObjectNamespace<GuardCalls>

  /** Uploaded and received files, recordings, mail as it came. */
  readonly MEDIA: R2Bucket
  /** Cloudflare's e-mail service, where the account has it. */
  readonly EMAIL?: SendEmail

  /** Worker that takes the sandbox carrier's callbacks, in a split deployment. */
  readonly CALLBACKS?: Fetcher

  /** Cloudflare's rate limit of `/p/*` and `/files/*`, a network's; absent: no shield. */
  readonly PEOPLE_SHIELD?: RateLimit
  /** Cloudflare's rate limit of `/oauth/token`, a network's; absent: no shield. */
  readonly SIGN_IN_SHIELD?: RateLimit

  /** Public origin without a trailing slash; `iss`, `aud`, callback URLs and problem types start with it. */
  readonly BASE_URL: string
  /** Issuer of Cloudflare Access, `https://<team>.cloudflareaccess.com`, where operators sign in by it. */
  readonly ACCESS_TEAM?: string
  /** AUD tag of that Access application. */
  readonly ACCESS_AUD?: string
  /** Hosts of push services beside the known ones, separated by commas (docs/deploy.md). */
  readonly PUSH_SERVICES?: string
  /** Territory that all objects are bound to; absent: none. It is chosen before the first deploy (docs/deploy.md). */
  readonly JURISDICTION?: string
  /** Seconds that the queues keep a job, as they were made; default 1209600. */
  readonly QUEUE_RETENTION_SECONDS?: string | number
  /** `loopback`: webhooks may reach receivers on this machine without TLS, if `BASE_URL` is on it too. `npm start` sets it. */
  readonly LOCAL_RECEIVERS?: string

  // Secrets are JSON (docs/operations.md). Where one is a list, its first key signs and seals, and all verify and open.

  /** Keys of the MACs of ids and of people's links. */
  readonly ID_KEYS: string
  /** Keys that sign access tokens. */
  readonly TOKEN_KEYS: string
  /** Key-encryption keys: they wrap the keys of rows, and seal secrets of clients and carriers. */
  readonly SEAL_KEYS: string
  /** Key of the HMACs that addresses are looked up by. */
  readonly INDEX_KEY: string
  /** Public keys of operators' tokens. */
  readonly OPERATOR_KEYS: string
}

/** Queue that carries a channel's sends. */
export const sendQueue = (env: JobEnv, channel: ChannelName): JobQueue<SendJob> =>
  env[`SEND_${channel.toUpperCase() as Uppercase<ChannelName>}`]
