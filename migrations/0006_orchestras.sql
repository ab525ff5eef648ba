CREATE TABLE `orchestras` (
	`id` text PRIMARY KEY NOT NULL,
	`score` text NOT NULL,
	`deployment` text NOT NULL,
	`hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`deployed_at` integer NOT NULL,
	`destroyed_at` integer,
	`cursor` integer,
	`definition` text NOT NULL,
	FOREIGN KEY (`deployment`) REFERENCES `deployments`(`hash`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "orchestras_hash" CHECK(length("orchestras"."hash") = 64),
	CONSTRAINT "orchestras_cursor" CHECK("orchestras"."destroyed_at" IS NULL OR "orchestras"."cursor" IS NULL),
	CONSTRAINT "orchestras_json" CHECK(json_valid("orchestras"."definition"))
) STRICT;
--> statement-breakpoint
CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`who` text NOT NULL,
	`origin` text NOT NULL,
	`action` text NOT NULL,
	`about` text,
	`payload` text NOT NULL,
	CONSTRAINT "audit_payload" CHECK(length("audit"."payload") = 64)
) STRICT;
--> statement-breakpoint
CREATE INDEX `audit_by_about` ON `audit` (`about`,`id`) WHERE "audit"."about" IS NOT NULL;
--> statement-breakpoint
CREATE TABLE `occurrences` (
	`orchestra` text NOT NULL,
	`instant` integer NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`run_id` text,
	PRIMARY KEY(`orchestra`, `instant`),
	FOREIGN KEY (`orchestra`) REFERENCES `orchestras`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "occurrences_status" CHECK("occurrences"."status" IN ('fired', 'skipped', 'failed')),
	CONSTRAINT "occurrences_run" CHECK(("occurrences"."run_id" IS NOT NULL) = ("occurrences"."status" = 'fired')),
	CONSTRAINT "occurrences_reason" CHECK("occurrences"."reason" IS NOT NULL OR "occurrences"."status" = 'fired'),
	CONSTRAINT "occurrences_json" CHECK(json_valid("occurrences"."reason"))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `orchestra_overrides` (
	`orchestra` text NOT NULL,
	`field` text NOT NULL,
	`value` text NOT NULL,
	`who` text NOT NULL,
	`why` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`orchestra`, `field`),
	FOREIGN KEY (`orchestra`) REFERENCES `orchestras`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "orchestra_overrides_json" CHECK(json_valid("orchestra_overrides"."value"))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `runs` ADD `orchestra` text REFERENCES orchestras(id);
--> statement-breakpoint
ALTER TABLE `runs` ADD `due_at` integer;
--> statement-breakpoint
CREATE INDEX `runs_by_orchestra` ON `runs` (`orchestra`,`id`) WHERE "runs"."orchestra" IS NOT NULL;
--> statement-breakpoint
PRAGMA user_version = 7;
