# One image for every part; docker-compose.yml says which one a container runs.
# Debian, not Alpine: the query planner is a native module for glibc.
FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force
COPY schema ./schema
COPY adapters ./adapters
COPY subgraphs ./subgraphs
COPY gateway ./gateway
COPY telemetry ./telemetry
# The simulated legacy systems, for a demonstration without the real ones.
COPY simulators ./simulators
RUN mkdir .data && chown node:node .data
# `docker build --build-arg COMMIT=$(git rev-parse HEAD)`: every process logs it when it starts. After all that is made: another
# commit must not invalidate the layers above.
ARG COMMIT=
ENV COMMIT=$COMMIT
USER node
EXPOSE 4000
CMD ["node", "gateway/main.ts"]
