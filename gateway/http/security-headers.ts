import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/**
 * What a browser may do with our pages: scripts, pictures and connections of this origin only, in no
 * frame. Ant Design writes style elements at run time, hence inline styles; inline scripts never.
 * Over plain HTTP the headers that browsers honour only over TLS are left out: they would be ignored
 * with an error on the console.
 */
export async function addSecurityHeaders(
  app: FastifyInstance,
  options: {
    readonly isTls: boolean
    /** Where map tiles come from, e.g. `https://tiles.example`: pictures are taken from there too. */
    readonly tileOrigin: string | null
  },
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: [
          "'self'",
          'data:',
          'blob:',
          ...(options.tileOrigin === null ? [] : [options.tileOrigin]),
        ],
        fontSrc: ["'self'", 'data:'],
        mediaSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    hsts: options.isTls ? { maxAge: 180 * 24 * 3_600, includeSubDomains: false } : false,
    crossOriginOpenerPolicy: options.isTls ? { policy: 'same-origin' } : false,
    originAgentCluster: options.isTls,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
  })
}
