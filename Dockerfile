# One image for every process of production: docker-compose.yml and deploy/kubernetes say which one a container runs.
#
#   docker build --build-arg COMMIT=$(git rev-parse HEAD) --tag patron-graph .
#
# `--target simulators` adds the simulated legacy systems, for a demonstration.

# Installs what production needs. npm, its cache and the lock file stay behind in this stage.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# The pages for people, from the guides and the schemas. The build tools stay behind.
FROM node:24-bookworm-slim AS pages
WORKDIR /app
COPY package.json package-lock.json tsconfig.json CHANGELOG.md ./
COPY apps ./apps
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY schema ./schema
COPY docs/guides ./docs/guides
RUN npm run build

# The files of both images: TypeScript, which Node runs without a build, and the built pages.
FROM node:24-bookworm-slim AS program
ENV NODE_ENV=production
WORKDIR /app
# The only folder that a process writes to. The root may be read-only, and belongs to root anyway.
RUN mkdir .data && chown node:node .data
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=pages /app/apps/dist ./apps/dist
COPY package.json LICENSE ./
COPY schema ./schema
COPY adapters ./adapters
COPY store ./store
COPY platform ./platform
COPY subgraphs ./subgraphs
COPY gateway ./gateway
COPY edge ./edge
COPY telemetry ./telemetry
# Gateway and subgraphs in one process. The simulators that it can start are not here.
COPY embedded ./embedded
# By number, so that Kubernetes can tell that it is not root.
USER 1000:1000
EXPOSE 4000
# No HEALTHCHECK: the path and the port depend on the process. Compose and Kubernetes ask /health/ready.
CMD ["node", "gateway/main.ts"]

FROM program AS simulators
COPY simulators ./simulators
CMD ["node", "simulators/main.ts"]

FROM program AS production
# After everything that is copied, so that another commit doesn't invalidate the layers above. Every process logs both when it starts.
ARG COMMIT=
ARG VERSION=0.3.0
ENV COMMIT=$COMMIT
LABEL org.opencontainers.image.title="patron-graph" \
      org.opencontainers.image.description="One GraphQL graph over a library's patron registry, card management and circulation systems" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$COMMIT
