import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { id } from '../contract.ts'

/** What routes are added to: handlers get what their zod schemas say. */
export type Api = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

export const idParams = z.object({ id })
/** Ids that the gateway made itself, e.g. of alarms and notifications. */
export const anyIdParams = z.object({ id: z.string().min(1).max(200) })
export const noContent = z.undefined().describe('Done.')

/** For lists that always fit on one page. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item) })
}
