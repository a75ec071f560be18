import { z } from 'zod'
import { page, pageQuery } from '../../contract.ts'
import { principalOf } from '../access.ts'
import type { Api } from '../api.ts'
import { auditWords } from '../audit-words.ts'
import type { HttpServices } from '../services.ts'
import { assertSeesAll } from '../territory-check.ts'

const auditEntry = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  actor: z.string(),
  action: z.string(),
  /** The action in words. */
  title: z.object({ zh: z.string(), en: z.string() }),
  targetKind: z.string(),
  targetId: z.string(),
  organizationId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
})

export function auditRoutes(app: Api, { audit }: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/audit-entries',
    config: { access: 'administer' },
    schema: {
      tags: ['audit'],
      summary: 'Who changed what, newest first',
      querystring: pageQuery.extend({
        actor: z.string().max(200).optional(),
        targetKind: z.string().max(64).optional(),
        targetId: z.string().max(200).optional(),
      }),
      response: { 200: page(auditEntry) },
    },
    handler: async (request) => {
      assertSeesAll(principalOf(request))
      const { items, nextCursor } = await audit.list(request.query)
      return {
        items: items.map(({ atMs, ...entry }) => ({
          ...entry,
          title: auditWords(entry.action),
          at: new Date(atMs).toISOString(),
        })),
        nextCursor,
      }
    },
  })
}
