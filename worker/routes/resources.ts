import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { signInResources } from '#worker/routes/people/sign-in-resources.ts'
import { docs } from '#worker/routes/public/docs-page.ts'
import { liveness } from '#worker/routes/public/health.ts'
import { openApi } from '#worker/routes/public/openapi.ts'
import { phone } from '#worker/routes/v1/phone.ts'
import { operatorResources } from './operator-resources.ts'
import { accountResources, tenantResources, verificationResources } from './tenant-resources.ts'

/** Resources that describe every call. */
export const documents: readonly Resource[] = [openApi, docs]

export const resources: readonly Resource[] = [
  ...tenantResources,
  ...accountResources,
  ...verificationResources,
  ...signInResources,
  phone,
  ...operatorResources,
  liveness,
  ...documents,
]

/** Every call of the gateway. */
export const operations: readonly Operation[] = resources.flatMap((resource) => resource.operations)
