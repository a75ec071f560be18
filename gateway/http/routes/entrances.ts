import { entrances } from '../../contract.ts'
import type { Api } from '../api.ts'
import type { HttpServices } from '../services.ts'

/** What a page needs to write down a command that connects a device. */
export function entranceRoutes(app: Api, services: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/entrances',
    config: { access: 'read' },
    schema: {
      tags: ['devices'],
      summary: 'Ports on which devices connect',
      response: { 200: entrances },
    },
    handler: () => services.entrances(),
  })
}
