import type { Api } from '../api.ts'
import type { HttpServices } from '../services.ts'
export function ingestRoutes(_app: Api, _services: HttpServices): void {}
