import * as z from 'zod'

/** Schema of a file that a person sent, as a received `content` tells of it. */
const receivedFile = z
  .object({
    id: z.string().meta({ description: 'Id of the file in `/v1/media`.' }),
    type: z.string().meta({ description: 'Media type.' }),
    name: z.string().nullable(),
    bytes: z.int(),
  })
  .meta({ id: 'ReceivedFile' })

/** Members by which the received `content` of a channel tells of the files that came with it. */
export const receivedFiles = {
  files: z.array(receivedFile).optional().meta({ description: 'Pictures and the like that came with it.' }),
  missing: z.int().optional().meta({ description: 'How many files could not be fetched from the carrier.' }),
}
