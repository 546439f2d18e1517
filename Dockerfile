# The gateway as bundled programs on the pinned Bun. Build: docker build -t luckygas-gateway .
# Each step is also run by tests/integration/production/image.test.ts.
FROM oven/bun:1.4.5 AS build
WORKDIR /build
COPY package.json bun.lock bunfig.toml ./
COPY contracts/package.json contracts/package.json
RUN bun install --frozen-lockfile --production
COPY tsconfig.json ./
COPY contracts contracts
COPY src src
COPY scripts scripts
# One definition of the build: "build" in package.json. The embedded database is for development and is left out there.
RUN bun run build

FROM oven/bun:1.4.5-slim
WORKDIR /app
ENV NODE_ENV=production ENVIRONMENT=production
COPY --from=build /build/dist dist
COPY drizzle drizzle
USER bun
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["bun", "-e", "const r = await fetch(`http://127.0.0.1:${process.env.PORT ?? 8080}/livez`); process.exit(r.ok ? 0 : 1)"]
CMD ["bun", "dist/main.js"]
