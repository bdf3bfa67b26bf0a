"""Puts the Glue databases, tables and views of a synthesised template into the Glue on loopback: moto answers
CREATE_COMPLETE for them and makes nothing.

catalog.py TEMPLATE.json BUCKET ENDPOINT REGION
    reads what partitions there are, {table: [month]}, as JSON from stdin

Open-source Trino reckons no partitions by month, as Athena does: here they are registered, and the parameters of the
projection are left out. A test of the template holds those.
"""
import base64
import json
import sys

import boto3

PSEUDO = {"AWS::AccountId": "123456789012", "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}


class Template:
    def __init__(self, template, bucket, region):
        self.resources, self.bucket = template["Resources"], bucket
        self.pseudo = {**PSEUDO, "AWS::Region": region}

    def of(self, kind):
        return [self.value(r["Properties"]) for r in self.resources.values() if r["Type"] == kind]

    def value(self, node):
        """What an expression of CloudFormation comes to; only what our template holds is known."""
        if isinstance(node, list):
            return [self.value(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "Ref" in node:
            return self.ref(node["Ref"])
        if "Fn::Join" in node:
            separator, parts = node["Fn::Join"]
            return separator.join(self.value(part) for part in parts)
        if "Fn::Base64" in node:
            return base64.b64encode(self.value(node["Fn::Base64"]).encode()).decode()
        if any(key.startswith("Fn::") for key in node):
            raise SystemExit(f"catalog.py: {list(node)} is not known; add it")
        return {key: self.value(each) for key, each in node.items()}

    def ref(self, name):
        if name in self.pseudo:
            return self.pseudo[name]
        resource = self.resources[name]
        if resource["Type"] == "AWS::S3::Bucket":
            return self.bucket
        if resource["Type"] == "AWS::Glue::Database":
            return self.value(resource["Properties"]["DatabaseInput"]["Name"])
        raise SystemExit(f"catalog.py: Ref to a {resource['Type']} is not known; add it")


def register(glue, database, table, months):
    storage = table["StorageDescriptor"]
    for start in range(0, len(months), 100):
        glue.batch_create_partition(
            DatabaseName=database,
            TableName=table["Name"],
            PartitionInputList=[
                {
                    "Values": [month],
                    "StorageDescriptor": {**storage, "Location": f"{storage['Location']}month={month}/"},
                }
                for month in months[start : start + 100]
            ],
        )


def main(path, bucket, endpoint, region):
    months = json.load(sys.stdin)
    with open(path) as file:
        template = Template(json.load(file), bucket, region)
    glue = boto3.client(
        "glue", endpoint_url=endpoint, region_name=region, aws_access_key_id="test", aws_secret_access_key="test"
    )
    for database in template.of("AWS::Glue::Database"):
        glue.create_database(DatabaseInput=database["DatabaseInput"])
    for properties in template.of("AWS::Glue::Table"):
        database, table = properties["DatabaseName"], properties["TableInput"]
        table["Parameters"] = {
            key: value
            for key, value in table["Parameters"].items()
            if not key.startswith(("projection.", "storage.location.template"))
        }
        glue.create_table(DatabaseName=database, TableInput=table)
        if table["TableType"] == "EXTERNAL_TABLE":
            register(glue, database, table, months.get(table["Name"], []))


main(*sys.argv[1:])
