import type { RegistryDriver } from '#worker/domain/identity/registry.ts'
import { sandbox } from './sandbox.ts'
import { shahkar } from './shahkar.ts'

/** All drivers of registries: ONE LINE A DRIVER. */
export const REGISTRIES: ReadonlyMap<string, RegistryDriver> = new Map([
  [sandbox.name, sandbox],
  [shahkar.name, shahkar],
])
