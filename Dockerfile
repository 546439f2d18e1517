# The gateway as one bundled program on the pinned Bun. Build: docker build -t luckygas-gateway .
FROM oven/bun:1.4.5 AS build
WORKDIR /build
COPY package.json bun.lock bunfig.toml ./
COPY contracts/package.json contracts/package.json
RUN bun install --frozen-lockfile
COPY tsconfig.json ./
COPY contracts contracts
COPY src src
COPY scripts/migrate.ts scripts/migrate.ts
RUN bun build src/main.ts scripts/migrate.ts --target=bun --minify --sourcemap=linked --outdir=dist --entry-naming=[name].js

FROM oven/bun:1.4.5-slim
WORKDIR /app
ENV NODE_ENV=production ENVIRONMENT=production
COPY --from=build /build/dist dist
COPY drizzle drizzle
USER bun
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["bun", "-e", "const r = await fetch(`http://127.0.0.1:${process.env.PORT ?? 8080}/livez`); process.exit(r.ok ? 0 : 1)"]
CMD ["bun", "dist/main.js"]
