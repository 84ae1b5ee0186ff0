import type { SettingSpec, Settings } from '#worker/domain/carriers/provider.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { NationalId } from './national-id.ts'

/** Reason why a registry gave no answer that counts. Not a word of what was asked. */
export type RegistryFault = 'timed-out' | 'unreachable' | 'refused' | 'unreadable'

/** Word of a registry on whether a mobile number is registered to the owner of a national id. */
export interface RegistryAnswer {
  /** unknown: the registry does not say, or could not be asked. */
  readonly answer: 'yes' | 'no' | 'unknown'
  /** Name of the question at the registry, by which it is found there again; null: it gave none. */
  readonly reference: string | null
  readonly at: EpochMs
  /** Set if the registry could not be asked. */
  readonly fault?: RegistryFault
}

/** Register of who owns which mobile number. It never throws, and tells nothing but its word. */
export interface IdentityRegistry {
  /** `mobile` in E.164. */
  match(nationalId: NationalId, mobile: string): Promise<RegistryAnswer>
}

/** All that the driver of a registry may touch. */
export interface RegistryPorts {
  /** Fetches with a deadline and a size limit, without following redirects; throws if no complete answer came. */
  http(request: Request, options: { readonly timeoutMs: number; readonly maxBytes: number }): Promise<Response>
  now(): EpochMs
  pause(ms: number): Promise<void>
  /** Makes a name of one question, which no other has. */
  newReference(): string
}

/** A driver for one kind of registry. `open` binds it to its settings. */
export interface RegistryDriver {
  readonly name: string
  readonly settings: Readonly<Record<string, SettingSpec>>
  /** Set if it proves nothing: it may be chosen only for a gateway that runs on loopback. */
  readonly simulated?: true
  open(settings: Settings, ports: RegistryPorts): IdentityRegistry
}
